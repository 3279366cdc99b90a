import { removeAddress } from '../domain/address-book.ts';
import { userError } from '../errors.ts';
import type { AddressRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

export const createDeleteMyAddress =
  ({ addresses }: { readonly addresses: AddressRepository }): Usecases['deleteMyAddress'] =>
  ({ userId, addressId }) =>
    addresses.update(userId, (book) => {
      const next = removeAddress(book, addressId);
      if (next === undefined) throw userError('ADDRESS_NOT_FOUND', { data: { addressId } });
      return { next, result: undefined };
    });

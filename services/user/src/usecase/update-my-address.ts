import { replaceAddress } from '../domain/address-book.ts';
import { toAddressView } from '../domain/views.ts';
import { userError } from '../errors.ts';
import type { AddressRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

export const createUpdateMyAddress =
  ({ addresses }: { readonly addresses: AddressRepository }): Usecases['updateMyAddress'] =>
  ({ userId, addressId, fields }) =>
    addresses.update(userId, (book) => {
      // The book holds this person's addresses only, so somebody else's looks like none.
      const replaced = replaceAddress(book, addressId, fields);
      if (replaced === undefined) throw userError('ADDRESS_NOT_FOUND', { data: { addressId } });
      return { next: replaced.next, result: toAddressView(replaced.address) };
    });

import { toAddressView } from '../domain/views.ts';
import { userError } from '../errors.ts';
import type { AddressRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

export const createGetAddress =
  ({ addresses }: { readonly addresses: AddressRepository }): Usecases['getAddress'] =>
  async ({ userId, addressId }) => {
    const book = await addresses.list(userId);
    const address = book.find(({ id }) => id === addressId);
    if (address === undefined) throw userError('ADDRESS_NOT_FOUND', { data: { addressId } });
    return toAddressView(address);
  };

import { inDisplayOrder } from '../domain/address-book.ts';
import { toAddressView } from '../domain/views.ts';
import type { AddressRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

export const createListMyAddresses =
  ({ addresses }: { readonly addresses: AddressRepository }): Usecases['listMyAddresses'] =>
  async ({ userId }) =>
    inDisplayOrder(await addresses.list(userId)).map(toAddressView);

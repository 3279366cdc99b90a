import type { Clock, Ids } from '@app/kernel';
import { addAddress, ADDRESSES_MAX } from '../domain/address-book.ts';
import { toAddressView } from '../domain/views.ts';
import { userError } from '../errors.ts';
import type { AddressRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly addresses: AddressRepository;
  readonly clock: Clock;
  readonly ids: Ids;
}

export const createCreateMyAddress =
  ({ addresses, clock, ids }: Deps): Usecases['createMyAddress'] =>
  ({ userId, fields, operation }) =>
    addresses.update(
      userId,
      (book) => {
        const added = addAddress(book, fields, { id: ids.next(), nowMs: clock.nowMs() });
        if (added === undefined) {
          throw userError('ADDRESS_LIMIT_REACHED', { data: { addressesMax: ADDRESSES_MAX } });
        }
        return { next: added.next, result: toAddressView(added.address) };
      },
      operation,
    );

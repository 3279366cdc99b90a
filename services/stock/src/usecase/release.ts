import type { Ids } from '@app/kernel';
import type { StockLedger } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly ledger: StockLedger;
  readonly ids: Ids;
}

export const createRelease =
  ({ ledger, ids }: Deps): Usecases['release'] =>
  async ({ orderNo, reason }) => {
    const reservationId = ids.next();
    return {
      orderNo,
      ...(await ledger.run({ kind: 'release', orderNo, reason, reservationId })),
    };
  };

import type { Clock } from '@app/kernel';
import type { ReservationReader, StockLedger } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly ledger: StockLedger;
  readonly reservations: Pick<ReservationReader, 'findDue'>;
  readonly clock: Clock;
}

const BATCH = 200;
/** One run handles at most this many batches; the next goes on from there. */
const BATCHES_MAX = 500;

/** What to do is in the rows, so it does not matter who asks, how often, or whether two ask at once. */
export const createExpireDue =
  ({ ledger, reservations, clock }: Deps): Usecases['expireDue'] =>
  async () => {
    let expired = 0;
    for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
      const due = await reservations.findDue(clock.nowMs(), BATCH);
      const done = await Promise.all(due.map((orderNo) => ledger.run({ kind: 'expire', orderNo })));
      expired += done.filter(Boolean).length;
      if (due.length < BATCH) break;
    }
    return expired;
  };

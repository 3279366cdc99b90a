import { isError, type Ids } from '@app/kernel';
import { refusal } from '../domain/refusal.ts';
import { mergeLines, type Reservation } from '../domain/stock.ts';
import type { ReservationReader, ShortageMemory, StockLedger } from '../repository.ts';
import type { ExpirySchedule } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly ledger: StockLedger;
  readonly reservations: Pick<ReservationReader, 'find'>;
  readonly shortages: ShortageMemory;
  readonly expiry: ExpirySchedule;
  readonly ids: Ids;
}

const toView = ({ id, orderNo, state, expiresAtMs, lines }: Reservation) => ({
  reservationId: id,
  orderNo,
  state,
  expiresAtMs,
  lines: lines.map(({ skuId, quantity }) => ({ skuId, quantity })),
});

const learnFrom = (error: unknown, shortages: ShortageMemory): void => {
  if (!isError(error, 'STOCK_EXHAUSTED') || !('data' in error)) return;
  const { skuId, available } = error.data as { skuId: string; available: number };
  shortages.learn({ skuId, available });
};

/**
 * What is known to be gone is refused without touching a row that others wait for, unless the order
 * has its reservation already: then this is a repeat, and gets the first answer.
 */
export const createReserve =
  ({ ledger, reservations, shortages, expiry, ids }: Deps): Usecases['reserve'] =>
  async ({ orderNo, lines: asked, expiresAtMs }) => {
    const lines = mergeLines(asked);
    const shortage = shortages.find(lines);
    if (shortage !== undefined && (await reservations.find(orderNo)) === undefined) {
      throw refusal('STOCK_EXHAUSTED', { data: { ...shortage } });
    }
    try {
      const reservation = await ledger.run({
        kind: 'reserve',
        orderNo,
        reservationId: ids.next(),
        lines,
        expiresAtMs,
      });
      expiry.schedule(reservation.expiresAtMs);
      return toView(reservation);
    } catch (error) {
      learnFrom(error, shortages);
      throw error;
    }
  };

import { assert } from '@app/kernel';
import type { ReturnCommand, ReturnedLine } from './command.ts';
import { refusal } from './refusal.ts';
import type { Movement, Reservation, Shift } from './stock.ts';

/** What the ledger says was counted under a refund number. */
export type RecordedReturn = Pick<Movement, 'skuId' | 'kind' | 'quantity' | 'orderNo'>;

interface Known {
  readonly reservation: Reservation;
  readonly recorded: readonly RecordedReturn[];
}

interface ReturnDecision {
  readonly answer: null;
  readonly shifts: readonly Shift[];
  readonly reservation?: Reservation;
}

const kindOf = ({ quality }: ReturnedLine): 'return' | 'returnDamaged' =>
  quality === 'damaged' ? 'returnDamaged' : 'return';

const isRecorded = ({ orderNo, lines }: ReturnCommand, recorded: readonly RecordedReturn[]) =>
  recorded.length === lines.length &&
  lines.every((line) =>
    recorded.some(
      (movement) =>
        movement.orderNo === orderNo &&
        movement.skuId === line.skuId &&
        movement.kind === kindOf(line) &&
        movement.quantity === line.quantity,
    ),
  );

/** Counts what came back against the lines. @throws STOCK_RETURN_EXCEEDS_SOLD */
const countReturned = (reservation: Reservation, lines: readonly ReturnedLine[]): Reservation => {
  const back = new Map<string, number>();
  for (const { skuId, quantity } of lines) back.set(skuId, (back.get(skuId) ?? 0) + quantity);
  for (const [skuId, quantity] of back) {
    const line = reservation.lines.find((candidate) => candidate.skuId === skuId);
    const left = line === undefined ? 0 : line.quantity - line.returned;
    if (quantity > left) throw refusal('STOCK_RETURN_EXCEEDS_SOLD', { data: { skuId, left } });
  }
  return {
    ...reservation,
    lines: reservation.lines.map((line) => {
      const returned = line.returned + (back.get(line.skuId) ?? 0);
      assert(returned <= line.quantity, 'no more comes back than was sold');
      return { ...line, returned };
    }),
  };
};

/** Damaged pieces are counted, and stay off the shelf: their movement changes no balance. */
export const decideReturn = (
  command: ReturnCommand,
  { reservation, recorded }: Known,
): ReturnDecision => {
  const { orderNo, refundNo } = command;
  if (recorded.length > 0) {
    if (isRecorded(command, recorded)) return { answer: null, shifts: [] };
    throw refusal('STOCK_RESERVATION_MISMATCH', { data: { orderNo, refundNo } });
  }
  if (reservation.state !== 'committed') {
    const data = { orderNo, state: reservation.state, event: 'return' };
    throw refusal('STOCK_ILLEGAL_TRANSITION', { data });
  }
  return {
    answer: null,
    reservation: countReturned(reservation, command.lines),
    shifts: command.lines.map((line) => ({
      skuId: line.skuId,
      kind: kindOf(line),
      ref: refundNo,
      orderNo,
      quantity: line.quantity,
      onHandDelta: line.quality === 'damaged' ? 0 : line.quantity,
      reservedDelta: 0,
      note: '',
    })),
  };
};

import { assertNever } from '@app/kernel';
import type {
  Answers,
  Command,
  CommitCommand,
  ExpireCommand,
  ReleaseCommand,
  ReserveCommand,
  SetOnHandCommand,
} from './command.ts';
import { decideReturn, type RecordedReturn } from './return.ts';
import { refusal } from './refusal.ts';
import { initialState, next } from './reservation-state.ts';
import {
  available,
  sameLines,
  type Balance,
  type Line,
  type MovementKind,
  type Reservation,
  type Shift,
} from './stock.ts';

/** What a command may look at: rows that are locked while it is decided. */
export interface Sight {
  readonly nowMs: number;
  balance(skuId: string): Balance;
  reservation(orderNo: string): Reservation | undefined;
  /** The movements under a refund number; empty when it was never counted. */
  returns(refundNo: string): readonly RecordedReturn[];
}

/** What a command does: all of it or nothing. */
export interface Decision<Answer> {
  readonly answer: Answer;
  readonly shifts: readonly Shift[];
  /** The reservation as it is from now on; left out when it stays as it was. */
  readonly reservation?: Reservation;
}

const unchanged = <Answer>(answer: Answer): Decision<Answer> => ({ answer, shifts: [] });

const shiftsOf = (
  kind: MovementKind,
  orderNo: string,
  lines: readonly Line[],
  deltas: (quantity: number) => Pick<Shift, 'onHandDelta' | 'reservedDelta'>,
): readonly Shift[] =>
  lines
    .filter(({ quantity }) => quantity > 0)
    .map(({ skuId, quantity }) => ({
      skuId,
      kind,
      ref: orderNo,
      orderNo,
      quantity,
      note: '',
      ...deltas(quantity),
    }));

/** The first line that cannot be had. */
const findShort = (
  lines: readonly Line[],
  sight: Sight,
): { readonly skuId: string; readonly available: number } | undefined => {
  for (const { skuId, quantity } of lines) {
    const left = available(sight.balance(skuId));
    if (left < quantity) return { skuId, available: left };
  }
  return undefined;
};

/** A reservation that was made already is the answer, whatever was sold since. */
const answerRepeat = (present: Reservation, command: ReserveCommand): Decision<Reservation> => {
  const { state } = present;
  // Before the lines: a tombstone has none.
  if (state !== 'held' && state !== 'committed') {
    throw refusal('STOCK_RESERVATION_ENDED', { data: { orderNo: present.orderNo, state } });
  }
  if (!sameLines(present.lines, command.lines)) {
    throw refusal('STOCK_RESERVATION_MISMATCH', { data: { orderNo: present.orderNo } });
  }
  return unchanged(present);
};

const decideReserve = (command: ReserveCommand, sight: Sight): Decision<Reservation> => {
  const { orderNo, lines, expiresAtMs, reservationId: id } = command;
  const present = sight.reservation(orderNo);
  if (present !== undefined) return answerRepeat(present, command);
  const short = findShort(lines, sight);
  if (short !== undefined) throw refusal('STOCK_EXHAUSTED', { data: { ...short } });
  const reservation: Reservation = {
    id,
    orderNo,
    state: initialState,
    expiresAtMs,
    lines: lines.map((line) => ({ ...line, returned: 0 })),
  };
  const shifts = shiftsOf('reserve', orderNo, lines, (quantity) => ({
    onHandDelta: 0,
    reservedDelta: quantity,
  }));
  return { answer: reservation, shifts, reservation };
};

const existing = (sight: Sight, orderNo: string): Reservation => {
  const reservation = sight.reservation(orderNo);
  if (reservation === undefined) {
    throw refusal('STOCK_RESERVATION_NOT_FOUND', { data: { orderNo } });
  }
  return reservation;
};

/** Paid after it expired: the pieces are taken once more if all of them are there. */
const decideLateCommit = (reservation: Reservation, sight: Sight): Decision<Answers['commit']> => {
  const { orderNo, lines, state } = reservation;
  if (findShort(lines, sight) !== undefined) {
    // For good: whoever asks again is told the same, because the money is on its way back.
    return {
      answer: { outcome: 'exhausted' },
      shifts: [],
      reservation: { ...reservation, state: next(state, 'forfeit') },
    };
  }
  return {
    answer: { outcome: 'committed' },
    shifts: shiftsOf('commitLate', orderNo, lines, (quantity) => ({
      onHandDelta: -quantity,
      reservedDelta: 0,
    })),
    reservation: { ...reservation, state: next(state, 'commit') },
  };
};

const decideCommit = ({ orderNo }: CommitCommand, sight: Sight): Decision<Answers['commit']> => {
  const reservation = existing(sight, orderNo);
  const { state, lines } = reservation;
  switch (state) {
    case 'held':
      return {
        answer: { outcome: 'committed' },
        shifts: shiftsOf('commit', orderNo, lines, (quantity) => ({
          onHandDelta: -quantity,
          reservedDelta: -quantity,
        })),
        reservation: { ...reservation, state: next(state, 'commit') },
      };
    case 'expired':
      return decideLateCommit(reservation, sight);
    case 'committed':
      return unchanged({ outcome: 'committed' });
    case 'forfeited':
      return unchanged({ outcome: 'exhausted' });
    case 'released':
      return unchanged({ outcome: 'released' });
    default:
      return assertNever(state);
  }
};

/** A reservation that is still on its way must find that its order has ended. */
const tombstone = (command: ReleaseCommand, nowMs: number): Reservation => ({
  id: command.reservationId,
  orderNo: command.orderNo,
  state: 'released',
  expiresAtMs: nowMs,
  lines: [],
});

const releaseShifts = ({ state, orderNo, lines }: Reservation): readonly Shift[] => {
  if (state === 'held') {
    return shiftsOf('release', orderNo, lines, (quantity) => ({
      onHandDelta: 0,
      reservedDelta: -quantity,
    }));
  }
  if (state !== 'committed') return [];
  const left = lines.map(({ skuId, quantity, returned }) => ({
    skuId,
    quantity: quantity - returned,
  }));
  return shiftsOf('restock', orderNo, left, (quantity) => ({
    onHandDelta: quantity,
    reservedDelta: 0,
  }));
};

const decideRelease = (command: ReleaseCommand, sight: Sight): Decision<Answers['release']> => {
  const reservation = sight.reservation(command.orderNo);
  if (reservation === undefined) {
    return {
      answer: { state: 'released' },
      shifts: [],
      reservation: tombstone(command, sight.nowMs),
    };
  }
  const { state } = reservation;
  if (state === 'released' || state === 'forfeited') return unchanged({ state });
  const released = next(state, command.reason === 'closed' ? 'close' : 'refund');
  return {
    answer: { state: released },
    shifts: releaseShifts(reservation),
    reservation: { ...reservation, state: released },
  };
};

const decideExpire = ({ orderNo }: ExpireCommand, sight: Sight): Decision<boolean> => {
  const reservation = sight.reservation(orderNo);
  const isDue = reservation?.state === 'held' && reservation.expiresAtMs <= sight.nowMs;
  if (!isDue) return unchanged(false);
  return {
    answer: true,
    shifts: shiftsOf('expire', orderNo, reservation.lines, (quantity) => ({
      onHandDelta: 0,
      reservedDelta: -quantity,
    })),
    reservation: { ...reservation, state: next(reservation.state, 'expire') },
  };
};

/** Only the difference moves, so that a sale which came in between is not undone. */
const decideSetOnHand = (
  command: SetOnHandCommand,
  sight: Sight,
): Decision<Answers['setOnHand']> => {
  const { skuId, onHand, expectedOnHand, ref, note } = command;
  const balance = sight.balance(skuId);
  if (expectedOnHand !== undefined && expectedOnHand !== balance.onHand) {
    throw refusal('STOCK_CHANGED', { data: { skuId, onHand: balance.onHand } });
  }
  if (onHand < balance.reserved) {
    throw refusal('STOCK_BELOW_RESERVED', { data: { skuId, reserved: balance.reserved } });
  }
  const onHandDelta = onHand - balance.onHand;
  const answer = { onHand, reserved: balance.reserved };
  if (onHandDelta === 0) return unchanged(answer);
  const quantity = Math.abs(onHandDelta);
  return {
    answer,
    shifts: [
      { skuId, kind: 'set', ref, orderNo: null, quantity, onHandDelta, reservedDelta: 0, note },
    ],
  };
};

/** Every rule about stock, in one place; pure. @throws DomainError when the command is refused */
export const decide = (command: Command, sight: Sight): Decision<Answers[Command['kind']]> => {
  switch (command.kind) {
    case 'reserve':
      return decideReserve(command, sight);
    case 'commit':
      return decideCommit(command, sight);
    case 'release':
      return decideRelease(command, sight);
    case 'return':
      return decideReturn(command, {
        reservation: existing(sight, command.orderNo),
        recorded: sight.returns(command.refundNo),
      });
    case 'expire':
      return decideExpire(command, sight);
    case 'setOnHand':
      return decideSetOnHand(command, sight);
    default:
      return assertNever(command);
  }
};

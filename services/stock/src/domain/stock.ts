import type { ReservationState, StockMovement } from '@app/contracts';
import { assert } from '@app/kernel';

/** What we have of a SKU, and how much of it unpaid orders hold. */
export interface Balance {
  readonly skuId: string;
  readonly onHand: number;
  readonly reserved: number;
}

export interface Line {
  readonly skuId: string;
  readonly quantity: number;
}

/** `returned`: how many of the sold pieces came back. */
export interface ReservedLine extends Line {
  readonly returned: number;
}

export interface Reservation {
  readonly id: string;
  readonly orderNo: string;
  readonly state: ReservationState;
  readonly expiresAtMs: number;
  readonly lines: readonly ReservedLine[];
}

export type MovementKind = StockMovement['kind'];

/** One change of one balance, before it is known what it leads to. */
export interface Shift {
  readonly skuId: string;
  readonly kind: MovementKind;
  /** With kind and SKU the key of the movement: the same thing moves stock once. */
  readonly ref: string;
  readonly orderNo: string | null;
  /** Pieces concerned; also where nothing changes because they are damaged. */
  readonly quantity: number;
  readonly onHandDelta: number;
  readonly reservedDelta: number;
  readonly note: string;
}

/** A line of the ledger. */
export interface Movement extends Shift {
  readonly onHandAfter: number;
  readonly reservedAfter: number;
}

export const available = ({ onHand, reserved }: Balance): number => onHand - reserved;

export const emptyBalance = (skuId: string): Balance => ({ skuId, onHand: 0, reserved: 0 });

/** Everything that may ever be true of a balance; the schema says the same. */
export const assertSound = ({ skuId, onHand, reserved }: Balance): void => {
  assert(Number.isSafeInteger(onHand) && onHand >= 0, `on hand of ${skuId} is ${onHand}`);
  assert(Number.isSafeInteger(reserved) && reserved >= 0, `reserved of ${skuId} is ${reserved}`);
  assert(reserved <= onHand, `${reserved} of ${skuId} are reserved and ${onHand} on hand`);
};

/** The only way to change a balance: what was and what is differ by one movement. */
export const move = (balance: Balance, shift: Shift): { next: Balance; movement: Movement } => {
  assert(balance.skuId === shift.skuId, 'a movement changes the balance of its own SKU');
  assert(Number.isSafeInteger(shift.quantity) && shift.quantity >= 0, 'pieces are counted');
  const next = {
    skuId: balance.skuId,
    onHand: balance.onHand + shift.onHandDelta,
    reserved: balance.reserved + shift.reservedDelta,
  };
  assertSound(next);
  return {
    next,
    movement: { ...shift, onHandAfter: next.onHand, reservedAfter: next.reserved },
  };
};

/** Lines of the same SKU become one, in SKU order: the order in which rows are locked. */
export const mergeLines = (lines: readonly Line[]): readonly Line[] => {
  const quantities = new Map<string, number>();
  for (const { skuId, quantity } of lines) {
    quantities.set(skuId, (quantities.get(skuId) ?? 0) + quantity);
  }
  return [...quantities]
    .map(([skuId, quantity]) => ({ skuId, quantity }))
    .sort((a, b) => (a.skuId < b.skuId ? -1 : 1));
};

/** `mergeLines` makes this comparison one of order too. */
export const sameLines = (a: readonly Line[], b: readonly Line[]): boolean =>
  a.length === b.length &&
  a.every(({ skuId, quantity }, i) => b[i]?.skuId === skuId && b[i].quantity === quantity);

/** From here on a change of what is left may matter to somebody who asked for more than there was. */
const SCARCE_BELOW = 100;

/** Worth telling caches: sold out, back, or more of what was scarce. */
export const isNews = (before: Balance, after: Balance): boolean => {
  const [was, is] = [available(before), available(after)];
  return (is <= 0 && was > 0) || (is > was && was < SCARCE_BELOW);
};

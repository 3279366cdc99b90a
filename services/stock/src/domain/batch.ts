import type { Answers, Command } from './command.ts';
import { decide, type Sight } from './decide.ts';
import type { RecordedReturn } from './return.ts';
import { emptyBalance, move, type Balance, type Movement, type Reservation } from './stock.ts';

/** What the rows say before the first command. */
export interface Start {
  readonly balances: readonly Balance[];
  readonly reservations: readonly Reservation[];
  readonly returns: ReadonlyMap<string, readonly RecordedReturn[]>;
}

export type Outcome =
  | { readonly ok: true; readonly answer: Answers[Command['kind']] }
  | { readonly ok: false; readonly error: unknown };

export interface Changed<T> {
  /** Left out when there was none. */
  readonly before: T | undefined;
  readonly after: T;
}

/** Everything that a number of commands changed together. */
export interface BatchResult {
  /** One per command, in their order. */
  readonly outcomes: readonly Outcome[];
  readonly balances: readonly Changed<Balance>[];
  readonly reservations: readonly Changed<Reservation>[];
  readonly movements: readonly Movement[];
  readonly expired: readonly string[];
}

/** Old and new state of things by key; tells what changed. */
const track = <T>(start: readonly T[], keyOf: (value: T) => string) => {
  const before = new Map(start.map((value) => [keyOf(value), value]));
  const after = new Map<string, T>();
  return {
    get: (key: string): T | undefined => after.get(key) ?? before.get(key),
    set: (value: T): void => {
      after.set(keyOf(value), value);
    },
    changed: (): readonly Changed<T>[] =>
      [...after]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => ({ before: before.get(key), after: value })),
  };
};

/**
 * Decides commands one after the other, each on what the ones before it left, as if each had a
 * transaction of its own. One that is refused changes nothing and stops nobody else.
 */
export const decideBatch = (
  commands: readonly Command[],
  start: Start,
  nowMs: number,
): BatchResult => {
  const balances = track(start.balances, ({ skuId }) => skuId);
  const reservations = track(start.reservations, ({ orderNo }) => orderNo);
  const returns = new Map(start.returns);
  const movements: Movement[] = [];
  const expired: string[] = [];
  const sight: Sight = {
    nowMs,
    balance: (skuId) => balances.get(skuId) ?? emptyBalance(skuId),
    reservation: (orderNo) => reservations.get(orderNo),
    returns: (refundNo) => returns.get(refundNo) ?? [],
  };

  const run = (command: Command): Answers[Command['kind']] => {
    const { answer, shifts, reservation } = decide(command, sight);
    // All of them before any takes effect: a command that cannot end must not have begun.
    const moved: { next: Balance; movement: Movement }[] = [];
    for (const shift of shifts) {
      const earlier = moved.findLast(({ next }) => next.skuId === shift.skuId);
      moved.push(move(earlier?.next ?? sight.balance(shift.skuId), shift));
    }
    for (const { next, movement } of moved) {
      balances.set(next);
      movements.push(movement);
    }
    if (reservation !== undefined) reservations.set(reservation);
    if (command.kind === 'return' && moved.length > 0) {
      returns.set(
        command.refundNo,
        moved.map(({ movement }) => movement),
      );
    }
    if (command.kind === 'expire' && answer === true) expired.push(command.orderNo);
    return answer;
  };

  const outcomes = commands.map((command): Outcome => {
    try {
      return { ok: true, answer: run(command) };
    } catch (error) {
      return { ok: false, error };
    }
  });
  return {
    outcomes,
    balances: balances.changed(),
    reservations: reservations.changed(),
    movements,
    expired,
  };
};

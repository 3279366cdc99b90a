import fc from 'fast-check';
import t from 'tap';
import { decideBatch, type Start } from '../../../src/domain/batch.ts';
import type { Command } from '../../../src/domain/command.ts';
import { move, type Balance, type Movement, type Reservation } from '../../../src/domain/stock.ts';
import { NOON_MS } from '../../support/builders.ts';

const SKUS = ['A', 'B', 'C'];
const ORDERS = ['order-1', 'order-2', 'order-3', 'order-4'];
const orderNo = fc.constantFrom(...ORDERS);
const quantity = fc.integer({ min: 1, max: 6 });
const lines = fc
  .uniqueArray(fc.constantFrom(...SKUS), { minLength: 1, maxLength: 3 })
  .chain((skus) =>
    fc.tuple(
      ...[...skus].sort().map((skuId) => fc.record({ skuId: fc.constant(skuId), quantity })),
    ),
  );
const reservationId = fc.constant('id');

let refs = 0;
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('reserve' as const),
      orderNo,
      reservationId,
      lines,
      expiresAtMs: fc.constantFrom(NOON_MS - 1, NOON_MS + 1),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('commit' as const), orderNo }) },
  fc.record({
    kind: fc.constant('release' as const),
    orderNo,
    reservationId,
    reason: fc.constantFrom('closed' as const, 'refunded' as const),
  }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('expire' as const), orderNo }) },
  fc.record({
    kind: fc.constant('return' as const),
    orderNo,
    refundNo: fc.constantFrom('refund-1', 'refund-2'),
    lines: lines.map((all) => all.map((line) => ({ ...line, quality: 'sellable' as const }))),
  }),
  fc.record({
    kind: fc.constant('setOnHand' as const),
    skuId: fc.constantFrom(...SKUS),
    onHand: fc.integer({ min: 0, max: 12 }),
    expectedOnHand: fc.constant(undefined),
    ref: fc.constant('').map(() => `set-${(refs += 1)}`),
    note: fc.constant(''),
  }),
);

const start: Start = {
  balances: SKUS.map((skuId) => ({ skuId, onHand: 0, reserved: 0 })),
  reservations: [],
  returns: new Map(),
};

const sum = (movements: readonly Movement[], skuId: string, delta: keyof Movement): number =>
  movements
    .filter((movement) => movement.skuId === skuId)
    .reduce((total, movement) => total + Number(movement[delta]), 0);

t.test('whatever is asked in whatever order, the books are right', (t) => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
      const result = decideBatch(commands, start, NOON_MS);
      const balances = new Map<string, Balance>(
        result.balances.map(({ after }) => [after.skuId, after]),
      );
      const reservations: Reservation[] = result.reservations.map(({ after }) => after);

      for (const skuId of SKUS) {
        const balance = balances.get(skuId) ?? { skuId, onHand: 0, reserved: 0 };
        const held = reservations
          .filter(({ state }) => state === 'held')
          .flatMap((reservation) => reservation.lines)
          .filter((line) => line.skuId === skuId)
          .reduce((total, line) => total + line.quantity, 0);
        t.ok(balance.reserved <= balance.onHand && balance.reserved >= 0);
        t.equal(balance.reserved, held);
        t.equal(balance.onHand, sum(result.movements, skuId, 'onHandDelta'));
        t.equal(balance.reserved, sum(result.movements, skuId, 'reservedDelta'));
      }
      const keys = result.movements.map(({ ref, kind, skuId }) => `${ref} ${kind} ${skuId}`);
      t.equal(new Set(keys).size, keys.length, 'the same cause moves a SKU once');
      const bugs = result.outcomes.filter(
        (outcome) => !outcome.ok && !('code' in (outcome.error as object)),
      );
      t.same(bugs, [], 'what is refused is refused for a reason');
    }),
    { numRuns: 300 },
  );
  t.end();
});

t.test('each command repeated right away changes nothing more', (t) => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 15 }), (commands) => {
      const once = decideBatch(commands, start, NOON_MS);
      const twice = decideBatch(
        commands.flatMap((item) => [item, item]),
        start,
        NOON_MS,
      );

      t.same(twice.movements, once.movements);
      t.same(
        twice.reservations.map(({ after }) => after),
        once.reservations.map(({ after }) => after),
      );
    }),
    { numRuns: 200 },
  );
  t.end();
});

t.test('a movement that would oversell is a bug that stops before it is written', (t) => {
  const shift = {
    skuId: 'A',
    kind: 'reserve',
    ref: 'order-1',
    orderNo: 'order-1',
    quantity: 2,
    onHandDelta: 0,
    reservedDelta: 2,
    note: '',
  } as const;

  t.throws(() => move({ skuId: 'A', onHand: 1, reserved: 0 }, shift), /assertion failed/);
  t.throws(() => move({ skuId: 'B', onHand: 9, reserved: 0 }, shift), /assertion failed/);
  t.end();
});

import t from 'tap';
import fc from 'fast-check';
import { addFen, fenToYuan, isFen, splitFen, timesFen, yuanToFen } from '../../src/index.ts';

const fen = fc.integer({ min: 0, max: 10_000_000_000 });
const weights = fc
  .array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 20 })
  .filter((list) => list.some((weight) => weight > 0));

t.test('an amount is a whole, safe, non-negative number', async (t) => {
  for (const value of [0, 1, Number.MAX_SAFE_INTEGER]) t.ok(isFen(value), String(value));
  for (const value of [-1, 0.5, NaN, Infinity, 2 ** 53, '1', null, undefined, 1n]) {
    t.notOk(isFen(value), String(value));
  }
});

t.test('a split adds up to the whole, for every amount and all weights', async (t) => {
  fc.assert(
    fc.property(fen, weights, (total, list) => {
      const parts = splitFen(total, list);
      return parts.length === list.length && parts.every(isFen) && addFen(...parts) === total;
    }),
  );
  t.pass('held');
});

t.test('no part of a split is a fen or more away from its fair share', async (t) => {
  fc.assert(
    fc.property(fen, weights, (total, list) => {
      const sum = list.reduce((all, weight) => all + BigInt(weight), 0n);
      return splitFen(total, list).every((part, index) => {
        const distance = BigInt(part) * sum - BigInt(total) * BigInt(list[index] ?? 0);
        return (distance < 0n ? -distance : distance) < sum;
      });
    }),
  );
  t.pass('held');
});

t.test(
  'a part without weight gets nothing, and equal remainders go to the earlier part',
  async (t) => {
    t.same(splitFen(100, [1, 0, 1, 1]), [34, 0, 33, 33]);
    t.same(splitFen(1, [1, 1]), [1, 0]);
    t.same(splitFen(0, [3, 7]), [0, 0]);
  },
);

t.test('a split stays exact beyond the precision of floating point', async (t) => {
  const total = Number.MAX_SAFE_INTEGER;

  t.equal(addFen(...splitFen(total, [1, 1, 1])), total);
});

t.test('a split of nothing, by nothing or into nothing is a programmer error', async (t) => {
  t.throws(() => splitFen(1, []), /must not be empty/);
  t.throws(() => splitFen(1, [0, 0]), /all be zero/);
  t.throws(() => splitFen(1, [-1, 2]), /not a weight/);
  t.throws(() => splitFen(0.5, [1]), /not an amount/);
});

t.test('sums and products are exact or they throw', async (t) => {
  fc.assert(
    fc.property(fc.array(fen, { maxLength: 50 }), (amounts) => {
      const exact = amounts.reduce((sum, amount) => sum + BigInt(amount), 0n);
      return BigInt(addFen(...amounts)) === exact;
    }),
  );
  fc.assert(
    fc.property(fen, fc.integer({ min: 0, max: 99 }), (price, quantity) => {
      return BigInt(timesFen(price, quantity)) === BigInt(price) * BigInt(quantity);
    }),
  );
  t.throws(() => addFen(Number.MAX_SAFE_INTEGER, 1), /exceeds/);
  t.throws(() => timesFen(Number.MAX_SAFE_INTEGER, 2), /exceeds/);
  t.throws(() => timesFen(1, 1.5), /not a quantity/);
  t.throws(() => addFen(-1), /not an amount/);
});

t.test('yuan and fen are the same amount, there and back', async (t) => {
  fc.assert(fc.property(fen, (amount) => yuanToFen(fenToYuan(amount)) === amount));
  t.equal(fenToYuan(5), '0.05');
  t.equal(fenToYuan(1234), '12.34');
  t.equal(yuanToFen('12'), 1200);
  t.equal(yuanToFen('12.3'), 1230);
});

t.test('text that is no amount in yuan is refused', async (t) => {
  for (const text of ['', '-1', '1.234', '1,000', '1e3', ' 1', '.5', '1.', '٣', '99999999999999']) {
    t.throws(() => yuanToFen(text), /not an amount in yuan/, JSON.stringify(text));
  }
});

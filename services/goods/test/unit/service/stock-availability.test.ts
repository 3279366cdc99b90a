import { fakeClock } from '@app/testing';
import t from 'tap';
import { createGoodsShelf } from '../../../src/service/client/goods-shelf.ts';
import { createStockAvailability } from '../../../src/service/client/stock-availability.ts';
import { toPublicGoods } from '../../../src/domain/views.ts';
import { aCategory, published } from '../../support/builders.ts';

const build = () => {
  const clock = fakeClock();
  const stock = { asked: [] as (readonly string[])[], available: 5, isDown: false, failures: 0 };
  const availability = createStockAvailability({
    clock,
    onFailure: () => void (stock.failures += 1),
    ask: (skuIds) => {
      stock.asked.push(skuIds);
      if (stock.isDown) return Promise.reject(new Error('down'));
      const { available } = stock;
      return Promise.resolve(skuIds.map((skuId) => ({ skuId, available })));
    },
  });
  const one = async (skuId: string) => (await availability.of([skuId])).get(skuId);
  return { clock, stock, availability, one };
};

t.test('questions of one moment go together, each SKU once, a hundred at a time', async (t) => {
  const { availability, stock } = build();
  const many = Array.from({ length: 150 }, (_, index) => `s${index}`);

  const [first, second] = await Promise.all([availability.of(many), availability.of(['s0', 'x'])]);

  t.same(
    stock.asked.map((skuIds) => skuIds.length),
    [100, 51],
  );
  t.equal(first.size, 150);
  t.match(second.get('x'), { available: 5, availability: 'current' });
});

t.test('without stock the last number is told for a minute, then none', async (t) => {
  const { one, clock, stock } = build();
  await one('s');
  stock.isDown = true;

  t.same(await one('s'), { available: 5, availability: 'lastKnown' });
  t.same(await one('never seen'), { available: 0, availability: 'unknown' });
  clock.advance(60_001);
  t.same(await one('s'), { available: 0, availability: 'unknown' });
});

t.test('a stock that failed is left alone for a second', async (t) => {
  const { one, clock, stock } = build();
  stock.isDown = true;

  await one('a');
  await one('b');
  t.equal(stock.asked.length, 1);
  t.equal(stock.failures, 1);
  clock.advance(1000);
  stock.isDown = false;
  t.match(await one('b'), { available: 5, availability: 'current' });
});

t.test('the same goods are put together once in a moment, other goods at once', async (t) => {
  const { availability, clock, stock } = build();
  const shelf = createGoodsShelf({ availability, clock });
  const goods = toPublicGoods(published(aCategory()).next)!;
  const page = [goods];

  const answers = await Promise.all([shelf.page(page), shelf.page(page), shelf.page(page)]);
  t.equal(new Set(answers).size, 1, 'the very same answer');
  t.equal(stock.asked.length, 1);
  stock.available = 4;
  clock.advance(199);
  t.equal((await shelf.page(page))[0]?.skus[0]?.available, 5);
  t.equal((await shelf.page([goods]))[0]?.skus[0]?.available, 4, 'another page');
  clock.advance(1);
  t.equal((await shelf.page(page))[0]?.skus[0]?.available, 4);
  t.equal((await shelf.one(goods)).skus[0]?.available, 4);
});

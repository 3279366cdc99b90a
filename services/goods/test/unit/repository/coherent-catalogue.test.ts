import { fakeClock } from '@app/testing';
import t from 'tap';
import { createCoherentCatalogue } from '../../../src/repository/cache/coherent-catalogue.ts';

const build = () => {
  const clock = fakeClock();
  const asked: string[] = [];
  const catalogue = createCoherentCatalogue({
    clock,
    source: (isReplicaFresh) => ({
      page: ({ terms }) => {
        asked.push(`page ${terms.join(' ')} ${isReplicaFresh() ? 'replica' : 'primary'}`);
        return Promise.resolve({ items: [], next: null });
      },
      goods: (id) => {
        asked.push(`goods ${id} ${isReplicaFresh() ? 'replica' : 'primary'}`);
        return Promise.resolve(undefined);
      },
      categories: () => {
        asked.push('categories');
        return Promise.resolve([]);
      },
    }),
  });
  return { clock, asked, catalogue };
};
const page = { terms: [], limit: 20 };

t.test('equal questions share one read and one answer', async (t) => {
  const { asked, catalogue } = build();

  const [first, second] = await Promise.all([
    catalogue.page({ ...page, categoryId: 'c' }),
    catalogue.page({ categoryId: 'c', limit: 20, terms: [] }),
  ]);
  await catalogue.page({ ...page, terms: ['t:杯'], categoryId: 'c' });

  t.equal(first, second);
  t.equal(asked.length, 2);
});

t.test('changed goods are forgotten with every page, other goods are not', async (t) => {
  const { asked, catalogue } = build();
  const readAll = async () => {
    await catalogue.page(page);
    await catalogue.goods('a');
    await catalogue.goods('b');
    await catalogue.categories();
  };
  await readAll();
  asked.length = 0;

  catalogue.goodsChanged(['a']);
  await readAll();
  t.same(asked, ['page  primary', 'goods a primary']);
  catalogue.categoriesChanged();
  await readAll();
  t.same(asked.slice(2), ['categories']);
});

t.test('for five seconds after a change, and after the start, the primary is read', async (t) => {
  const { asked, catalogue, clock } = build();

  await catalogue.goods('a');
  clock.advance(5000);
  await catalogue.goods('b');
  catalogue.goodsChanged([]);
  await catalogue.goods('c');

  t.same(asked, ['goods a primary', 'goods b replica', 'goods c primary']);
});

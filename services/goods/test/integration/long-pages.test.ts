import { goods } from '@app/contracts';
import t from 'tap';
import { asShopper, createSuite, operator } from '../support/goods-node.ts';

const suite = await createSuite(t);
const node = await suite.startNode();
const shop = operator(node);

t.test('a page of long goods ends before a message on the bus is full', async (t) => {
  const category = await shop.category();
  const made: string[] = [];
  for (let index = 0; index < 80; index += 1) {
    const { id } = await shop.draft(category.id, { description: '字'.repeat(5000) });
    await shop.publish(id);
    made.push(id);
  }

  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const query = { categoryId: category.id, limit: 100, ...(cursor === null ? {} : { cursor }) };
    const page: Awaited<ReturnType<typeof node.call<typeof goods.actions.listGoods>>> =
      await node.call(goods.actions.listGoods, query, asShopper);
    t.ok(Buffer.byteLength(JSON.stringify(page)) < 700 * 1024);
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);

  t.same(seen, made.toReversed());
});

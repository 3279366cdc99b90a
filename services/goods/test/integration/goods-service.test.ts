import { goods } from '@app/contracts';
import { eventually } from '@app/testing';
import t from 'tap';
import { ids, IMAGE } from '../support/builders.ts';
import {
  admin,
  asAdmin,
  asShopper,
  createSuite,
  operator,
  startStock,
} from '../support/goods-node.ts';

const { actions } = goods;
const suite = await createSuite(t);
await startStock(t, suite);
const [first, second] = [await suite.startNode(), await suite.startNode()];
const neighbour = await suite.startNeighbour();
const shop = operator(neighbour);
const onNode = (nodeId: string) => ({ ...asShopper, nodeId });

t.test('a shopper sees published goods with what stock has, and never a draft', async (t) => {
  const category = await shop.category();
  const draft = await shop.draft(category.id);
  const mine = { categoryId: category.id };

  await t.rejects(neighbour.call(actions.getGoods, { id: draft.id }, asShopper), {
    code: 'GOODS_NOT_FOUND',
  });
  t.same((await neighbour.call(actions.listGoods, mine, asShopper)).items, []);

  await shop.publish(draft.id);
  const view = {
    id: draft.id,
    title: '不锈钢保温杯',
    description: '',
    images: [IMAGE],
    categoryId: category.id,
    skus: [
      {
        id: draft.skus[0]?.id,
        name: '红色',
        attributes: { 颜色: '红' },
        priceFen: 9900,
        available: 7,
        availability: 'current',
      },
    ],
  };

  t.same(await neighbour.call(actions.getGoods, { id: draft.id }, asShopper), view);
  const page = await neighbour.call(actions.listGoods, mine, asShopper);
  t.same(page, { items: [view], nextCursor: null });
});

t.test('what is published or taken back is seen on every node within a second', async (t) => {
  const category = await shop.category();
  const { id } = await shop.draft(category.id);
  const seenOn = async (nodeId: string): Promise<boolean> => {
    const { items } = await neighbour.call(
      actions.listGoods,
      { categoryId: category.id },
      onNode(nodeId),
    );
    return items.length === 1;
  };
  const nodes = [first.nodeId, second.nodeId];
  for (const node of nodes) t.equal(await seenOn(node), false);

  await shop.publish(id);
  for (const node of nodes) await eventually(() => seenOn(node), { withinMs: 1000 });
  await neighbour.call(actions.unpublishGoods, { id }, asAdmin);
  for (const node of nodes) await eventually(async () => !(await seenOn(node)), { withinMs: 1000 });
});

t.test('a category shows what is in its sub-categories, and the tree is in order', async (t) => {
  const root = await shop.category('根');
  const late = await neighbour.call(
    actions.createCategory,
    { name: '后', parentId: root.id, sort: 2 },
    asAdmin,
  );
  const early = await neighbour.call(
    actions.createCategory,
    { name: '前', parentId: root.id, sort: 1 },
    asAdmin,
  );
  const leaf = await shop.category('叶', early.id);
  const { id } = await shop.draft(leaf.id);
  await shop.publish(id);

  for (const categoryId of [root.id, early.id, leaf.id]) {
    const { items } = await neighbour.call(actions.listGoods, { categoryId }, asShopper);
    t.same(
      items.map((item) => item.id),
      [id],
    );
  }
  const other = await neighbour.call(actions.listGoods, { categoryId: late.id }, asShopper);
  t.same(other.items, []);
  const { items } = await neighbour.call(actions.listCategories, {}, asShopper);
  const tree = items.find((one) => one.id === root.id);
  t.same(
    tree?.children.map(({ name }) => name),
    ['前', '后'],
  );
  t.match(tree?.children[0]?.children, [{ id: leaf.id, children: [] }]);
  await t.rejects(shop.category('太深', leaf.id), { code: 'CATEGORY_TOO_DEEP' });
  await t.rejects(neighbour.call(actions.deleteCategory, { id: leaf.id }, asAdmin), {
    code: 'CATEGORY_NOT_EMPTY',
  });
});

t.test('goods are found by Chinese and English words, the title before the rest', async (t) => {
  const category = await shop.category();
  const make = async (title: string, name: string): Promise<string> => {
    const { id } = await shop.draft(category.id, { title, skus: [{ name, priceFen: 1 }] });
    await shop.publish(id);
    return id;
  };
  const steel = await make('Stainless 水壶', '银色');
  const mug = await make('马克杯', 'stainless 杯套');
  const find = async (keyword: string): Promise<string[]> => {
    const query = { keyword, categoryId: category.id };
    return (await neighbour.call(actions.listGoods, query, asShopper)).items.map(({ id }) => id);
  };

  t.same(await find('STAINLESS'), [steel, mug], 'the title counts more than a name');
  t.same(await find('stain'), [steel, mug], 'the beginning of a word');
  t.same(await find('马克'), [mug]);
  t.same(await find('克杯'), [mug]);
  t.same(await find('杯 stainless'), [mug], 'every word must occur');
  t.same(await find('less'), [], 'not the middle of a word');
  t.same(await find('！？'), [], 'nothing that could be found');
});

t.test('a cursor of ours goes on, any other is refused by name', async (t) => {
  const category = await shop.category();
  const created: string[] = [];
  for (let index = 0; index < 5; index += 1) {
    const { id } = await shop.draft(category.id);
    await shop.publish(id);
    created.push(id);
  }
  const walk = async (keyword?: string): Promise<string[]> => {
    const seen: string[] = [];
    const query = { categoryId: category.id, limit: 2, ...(keyword ? { keyword } : {}) };
    let cursor: string | null = null;
    do {
      const params: typeof query = { ...query, ...(cursor === null ? {} : { cursor }) };
      const page = await neighbour.call(actions.listGoods, params, asShopper);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    return seen;
  };

  t.same(await walk(), created.toReversed());
  t.same(await walk('保温杯'), created.toReversed());
  const bad = neighbour.call(actions.listGoods, { cursor: 'nonsense' }, asShopper);
  await t.rejects(bad, { code: 'VALIDATION_FAILED', data: { errors: [{ field: 'cursor' }] } });
});

t.test('pictures from elsewhere are refused by the place of the field', async (t) => {
  const category = await shop.category();
  const images = [IMAGE, 'https://evil.example.org/a.png', 'https://img.example.com.evil.org/a'];

  await t.rejects(shop.draft(category.id, { images }), {
    code: 'VALIDATION_FAILED',
    data: { errors: [{ field: 'images[1]' }, { field: 'images[2]' }] },
  });
});

t.test('an old version is refused, and each change counts one further', async (t) => {
  const category = await shop.category();
  const draft = await shop.draft(category.id);
  const rename = (title: string, version?: number) =>
    neighbour.call(
      actions.updateGoods,
      { id: draft.id, title, ...(version === undefined ? {} : { version }) },
      asAdmin,
    );

  t.equal((await rename('二', 1)).version, 2);
  await t.rejects(rename('三', 1), { code: 'GOODS_VERSION_CONFLICT' });
  t.equal((await rename('二', 2)).version, 2, 'nothing changed');
  t.equal((await rename('四')).version, 3);
});

t.test('of 20 who add the same combination of attributes exactly one wins', async (t) => {
  const category = await shop.category();
  const draft = await shop.draft(category.id, { skus: [] });
  const add = (index: number) =>
    neighbour.call(
      actions.createSku,
      {
        id: draft.id,
        name: `红 M ${index}`,
        attributes: index % 2 === 0 ? { 颜色: '红', 尺寸: 'M' } : { 尺寸: 'M ', 颜色: '红' },
        priceFen: 100,
      },
      asAdmin,
    );

  const ends = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => add(index)));

  t.equal(ends.filter(({ status }) => status === 'fulfilled').length, 1);
  for (const end of ends) {
    if (end.status === 'rejected') t.match(end.reason, { code: 'SKU_ATTRIBUTES_TAKEN' });
  }
});

t.test('goods created twice with one Idempotency-Key exist once', async (t) => {
  const category = await shop.category();
  const params = { title: '杯', categoryId: category.id };
  const options = { ...asAdmin, idempotencyKey: ids.next() };

  const answers = await Promise.all(
    Array.from({ length: 10 }, () => neighbour.call(actions.createGoods, params, options)),
  );

  t.equal(new Set(answers.map(({ id }) => id)).size, 1);
  const list = { categoryId: category.id };
  t.equal((await neighbour.call(actions.listAllGoods, list, asAdmin)).items.length, 1);
});

t.test('an admin without the mark is refused, and so is everybody else', async (t) => {
  const { id } = await shop.draft((await shop.category()).id);
  const reader = { caller: { ...admin, marks: ['goods:read'] } };

  await t.rejects(neighbour.call(actions.publishGoods, { id }, reader), {
    code: 'ACTION_FORBIDDEN',
  });
  await t.rejects(neighbour.call(actions.previewGoods, { id }, asShopper), {
    code: 'CALLER_FORBIDDEN',
  });
  await t.rejects(neighbour.call(actions.priceLines, { items: [] as never }, asShopper), {
    code: 'CALLER_FORBIDDEN',
  });
});

import t from 'tap';
import { createCreateCategory } from '../../../src/usecase/create-category.ts';
import { createCreateGoods } from '../../../src/usecase/create-goods.ts';
import { createListAllGoods } from '../../../src/usecase/list-all-goods.ts';
import { createListGoods } from '../../../src/usecase/list-goods.ts';
import { createPreviewGoods } from '../../../src/usecase/preview-goods.ts';
import { createPublishGoods } from '../../../src/usecase/publish-goods.ts';
import { createSeedDemoGoods } from '../../../src/usecase/seed-demo-goods.ts';
import { createUpdateGoods } from '../../../src/usecase/update-goods.ts';
import { buildDeps } from '../../support/build-deps.ts';
import { aCategory, aSku, ids, IMAGE } from '../../support/builders.ts';

const build = async () => {
  const deps = buildDeps();
  const category = aCategory();
  await deps.categories.create(category, null);
  const create = createCreateGoods(deps);
  const draft = (title = '杯', description = '') =>
    create({
      params: { title, description, images: [IMAGE], categoryId: category.id, skus: [aSku()] },
    });
  return { deps, category, create, draft };
};

t.test('without a code the id is the code', async (t) => {
  const { draft } = await build();

  const made = await draft();

  t.equal(made.code, made.id);
  t.equal(made.skus[0]?.code, made.skus[0]?.id);
});

t.test('a category that nobody knows is refused by the field', async (t) => {
  const { deps, create, draft } = await build();
  const { id } = await draft();
  const categoryId = ids.next();
  const refusal = { code: 'CATEGORY_NOT_FOUND', data: { field: 'categoryId' } };

  await t.rejects(create({ params: { title: '杯', categoryId } }), refusal);
  await t.rejects(createUpdateGoods(deps)({ id, categoryId }), refusal);
  await t.rejects(createCreateCategory(deps)({ params: { name: '叶', parentId: ids.next() } }), {
    code: 'CATEGORY_NOT_FOUND',
    data: { field: 'parentId' },
  });
});

t.test('whoever changes what shoppers see tells every node before it answers', async (t) => {
  const { deps, draft } = await build();
  const { id } = await draft();
  t.same(deps.hinted, [], 'a draft is nobody else’s business');

  await createPublishGoods(deps)({ id, version: 1 });

  t.same(deps.hinted, [[id]]);
  await t.rejects(createPublishGoods(deps)({ id, version: 1 }), { code: 'GOODS_VERSION_CONFLICT' });
});

t.test('a list of long goods ends early, and its cursor goes on', async (t) => {
  const { deps, draft } = await build();
  const made: string[] = [];
  for (let index = 0; index < 110; index += 1) made.push((await draft('杯', '字'.repeat(5000))).id);
  const list = createListAllGoods(deps);

  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof list>> = await list({
      limit: 100,
      ...(cursor === null ? {} : { cursor }),
    });
    t.ok(Buffer.byteLength(JSON.stringify(page)) < 1024 * 1024, 'it fits the bus');
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);

  t.same(seen, made.toReversed());
});

t.test('a keyword with nothing to find asks no store', async (t) => {
  const never = () => Promise.reject(new Error('asked'));
  const shelf = { page: () => Promise.resolve([]), one: never };
  const list = createListGoods({ catalogue: { page: never }, shelf });

  t.same(await list({ keyword: '！！' }), { items: [], nextCursor: null });
});

t.test('the demonstration is added once, and what was changed stays', async (t) => {
  const deps = buildDeps();
  const seed = createSeedDemoGoods(deps);
  t.equal(await seed(), 20);
  const { items } = await createListAllGoods(deps)({});
  const [one] = items;

  await createUpdateGoods(deps)({ id: one?.id ?? '', title: '改' });

  t.equal(await seed(), 0);
  t.equal((await createPreviewGoods(deps)({ id: one?.id ?? '' })).title, '改');
  t.ok(items.every(({ status }) => status === 'published'));
});

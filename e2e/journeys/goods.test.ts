import { createUlids } from '@app/kernel';
import { eventually } from '@app/testing';
import t from 'tap';
import { adminToken } from '../support/admin-token.ts';
import { startSuite } from '../support/suite.ts';

const suite = await startSuite({ env: { GOODS_DEMO_DATA: 'true' } });
t.teardown(() => suite.stop());
const { client } = suite;
const ids = createUlids();
const marks = ['goods:read', 'goods:write', 'goods:publish', 'stock:read', 'stock:write'];
const token = adminToken(suite.secrets, marks);
const image = 'https://img.example.com/a.png';

interface Sku {
  readonly id: string;
  readonly priceFen: number;
  readonly available: number;
}
interface Goods {
  readonly id: string;
  readonly title: string;
  readonly skus: readonly Sku[];
}
interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}
interface Category {
  readonly id: string;
  readonly name: string;
  readonly children: readonly Category[];
}

const post = <Data>(path: string, body: unknown, key = ids.next()) =>
  client.post<Data>(path, body, { token, headers: { 'idempotency-key': key } });

await t.test('the demonstration brings twenty goods on two shelves, once', async (t) => {
  const goods = await eventually(async () => {
    const { body } = await client.get<Page<Goods>>('/api/v1/goods?limit=100');
    if (body.data.items.length < 20) throw new Error(`${body.data.items.length} so far`);
    return body.data;
  });
  const tree = await client.get<Page<Category>>('/api/v1/categories');

  t.equal(goods.items.length, 20);
  t.equal(tree.body.data.items.length, 2);
  t.equal(tree.body.data.items.flatMap(({ children }) => children).length, 4);
  await suite.process('goods').stop();
  await suite.revive('goods');
  await eventually(async () => {
    const { status, body } = await client.get<Page<Goods>>('/api/v1/goods?limit=100');
    t.equal(status, 200);
    return body.data.items.length === 20;
  });
});

await t.test('an operator lists goods, a shopper finds and reads them', async (t) => {
  const category = await post<Category>('/admin/v1/categories', { name: '茶具' });
  t.equal(category.status, 201, JSON.stringify(category.body));
  const key = ids.next();
  const input = {
    title: '青瓷茶壶',
    description: '龙泉',
    images: [image],
    categoryId: category.body.data.id,
    skus: [{ name: '大号', attributes: { 尺寸: '大' }, priceFen: 18_800 }],
  };
  const draft = await post<Goods>('/admin/v1/goods', input, key);
  t.equal(draft.status, 201, JSON.stringify(draft.body));
  t.equal((await post<Goods>('/admin/v1/goods', input, key)).body.data.id, draft.body.data.id);
  const { id, skus } = draft.body.data;
  t.equal((await client.get(`/api/v1/goods/${id}`)).body.type, 'GOODS_NOT_FOUND');

  t.equal((await post(`/admin/v1/goods/${id}/publish`, {})).status, 200);
  const [sku] = skus;
  await client.send('PUT', `/admin/v1/stock/${sku?.id}`, { token, body: { onHand: 12 } });

  const found = await client.get<Page<Goods>>(
    `/api/v1/goods?keyword=${encodeURIComponent('青瓷')}`,
  );
  t.same(
    found.body.data.items.map((goods) => goods.id),
    [id],
  );
  await eventually(async () => {
    const { body } = await client.get<Goods>(`/api/v1/goods/${id}`);
    t.match(body.data, { id, title: '青瓷茶壶', skus: [{ id: sku?.id, priceFen: 18_800 }] });
    return body.data.skus[0]?.available === 12;
  });
  const patch = { token, body: { title: '青瓷大茶壶' } };
  t.equal((await client.send('PATCH', `/admin/v1/goods/${id}`, patch)).status, 200);
  t.equal((await client.get<Goods>(`/api/v1/goods/${id}`)).body.data.title, '青瓷大茶壶');
});

await t.test('bad input is a 400 with the name of the field', async (t) => {
  const bad: readonly (readonly [unknown, string])[] = [
    [{ title: '', categoryId: ids.next() }, 'title'],
    [{ title: '壶', categoryId: 'x' }, 'categoryId'],
    [{ title: '壶', categoryId: ids.next(), images: ['https://evil.example.org/a'] }, 'images[0]'],
    [{ title: '壶', categoryId: ids.next(), status: 'published' }, 'status'],
    [
      { title: '壶', categoryId: ids.next(), skus: [{ name: '大', priceFen: 0.5 }] },
      'skus[0].priceFen',
    ],
  ];
  for (const [body, field] of bad) {
    const answer = await post('/admin/v1/goods', body);
    t.equal(answer.status, 400, field);
    t.equal(answer.body.errors?.[0]?.field, field);
  }
  for (const path of ['/api/v1/goods?cursor=x', '/api/v1/goods?limit=0', '/api/v1/goods/x'])
    t.equal((await client.get(path)).status, 400, path);
});

await t.test('without the mark nothing is listed, written or published', async (t) => {
  const nobody = adminToken(suite.secrets, ['order:ship']);
  const routes = [
    ['GET', '/admin/v1/goods'],
    ['POST', '/admin/v1/goods'],
    ['PATCH', `/admin/v1/goods/${ids.next()}`],
    ['POST', `/admin/v1/goods/${ids.next()}/publish`],
    ['GET', `/admin/v1/goods/imports/${ids.next()}`],
    ['POST', '/admin/v1/categories'],
  ] as const;

  for (const [method, path] of routes) {
    const body = method === 'GET' ? {} : { body: {} };
    const answer = await client.send(method, path, { token: nobody, ...body });
    t.equal(answer.status, 403, `${method} ${path}`);
    t.equal(answer.body.type, 'ACTION_FORBIDDEN');
  }
});

await t.test('a file comes in by chunks of more than half a megabyte of text', async (t) => {
  const category = await post<Category>('/admin/v1/categories', { name: '导入' });
  const header = 'spuCode,title,description,images,categoryId,skuCode,skuName,attributes,priceFen';
  const description = '很长的说明'.repeat(300);
  const rows = Array.from(
    { length: 110 },
    (_, index) =>
      `E-${index},杯 ${index},${description},${image},${category.body.data.id},ES-${index},单规格,,100`,
  );
  const csv = [header, ...rows].join('\n');
  t.ok(Buffer.byteLength(csv) > 480 * 1024);
  const started = await post<{ id: string }>('/admin/v1/goods/imports', {
    name: 'a.csv',
    chunkCount: 1,
  });
  const { id } = started.body.data;

  const sent = await post(`/admin/v1/goods/imports/${id}/chunks`, { number: 1, csv });
  t.equal(sent.status, 201, JSON.stringify(sent.body).slice(0, 500));
  const tooLarge = await post(`/admin/v1/goods/imports/${id}/chunks`, {
    number: 1,
    csv: csv + csv.slice(0, 60_000),
  });
  t.equal(tooLarge.status, 400);
  t.equal(tooLarge.body.errors?.[0]?.field, 'csv');

  await eventually(
    async () => {
      const { body } = await client.get<{ status: string; rowsCreated: number }>(
        `/admin/v1/goods/imports/${id}`,
        { token },
      );
      return body.data.status === 'done' && body.data.rowsCreated === 110;
    },
    { withinMs: 20_000 },
  );
});

await t.test('while stock is down a page answers, and says that it does not know', async (t) => {
  await suite.process('stock').kill9();

  const answer = await eventually(async () => {
    const { status, body } =
      await client.get<Page<{ skus: readonly { availability: string }[] }>>(
        '/api/v1/goods?limit=100',
      );
    t.equal(status, 200, JSON.stringify(body).slice(0, 300));
    const words = body.data.items.flatMap(({ skus }) => skus.map((sku) => sku.availability));
    if (words.includes('current')) throw new Error('some are of before');
    return words;
  });

  t.ok(answer.every((word) => word === 'unknown' || word === 'lastKnown'));
  await suite.revive('stock');
});

import { fileURLToPath } from 'node:url';
import { goods } from '@app/contracts';
import type { Host } from '@app/runtime';
import { eventually, spawnNode } from '@app/testing';
import t from 'tap';
import { ids } from '../support/builders.ts';
import { csvRows, toCsv } from '../support/csv.ts';
import { asAdmin, createSuite, operator, type Suite } from '../support/goods-node.ts';

const { actions } = goods;
const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

const start = (node: Host, chunkCount: number) =>
  node.call(
    actions.startImport,
    { name: 'spring.csv', chunkCount },
    { ...asAdmin, idempotencyKey: ids.next() },
  );

const send = (node: Host, id: string, number: number, csv: string) =>
  node.call(
    actions.addImportChunk,
    { id, number, csv },
    { ...asAdmin, idempotencyKey: ids.next() },
  );

const untilDone = (node: Host, id: string, withinMs = 30_000) =>
  eventually(
    async () => {
      const progress = await node.call(actions.getImport, { id }, asAdmin);
      if (progress.status !== 'done') throw new Error(JSON.stringify(progress));
      return progress;
    },
    { withinMs, everyMs: 100 },
  );

const rowsOf = async ({ database }: Suite, statement: string) => {
  const [row] = await database.sql(statement);
  return row;
};

t.test('chunks become drafts, and sending them again changes nothing', async (t) => {
  const suite = await createSuite(t);
  const node = await suite.startNode();
  const category = await operator(node).category();
  const chunks = [0, 1].map((index) => toCsv(csvRows(category.id, index * 100, 100)));
  const { id } = await start(node, 2);

  const afterFirst = await send(node, id, 2, chunks[1] ?? '');
  t.match(afterFirst, { status: 'receiving', missingChunks: [1] });
  await send(node, id, 1, chunks[0] ?? '');
  await send(node, id, 1, chunks[0] ?? '');
  const done = await untilDone(node, id);

  t.match(done, { rowsDone: 200, rowsCreated: 200, rowsUpdated: 0, rowsFailed: 0 });
  const { items } = await node.call(actions.listAllGoods, { categoryId: category.id }, asAdmin);
  t.ok(items.every(({ status, skus }) => status === 'draft' && skus.length === 2));
  await t.rejects(send(node, id, 1, `${chunks[0] ?? ''}\n`), {
    code: 'GOODS_IMPORT_CHUNK_DIFFERS',
  });
  await t.rejects(send(node, id, 3, 'x'), {
    code: 'VALIDATION_FAILED',
    data: { errors: [{ field: 'number' }] },
  });

  const versions = await rowsOf(suite, 'select sum(version) as sum from spu');
  const again = await start(node, 2);
  for (const [index, csv] of chunks.entries()) await send(node, again.id, index + 1, csv);
  t.match(await untilDone(node, again.id), { rowsCreated: 0, rowsUpdated: 200, rowsFailed: 0 });
  t.same(await rowsOf(suite, 'select sum(version) as sum from spu'), versions);
});

t.test('a line that cannot be taken is told with its number, the others count', async (t) => {
  const suite = await createSuite(t);
  const node = await suite.startNode();
  const category = await operator(node).category();
  const rows = csvRows(category.id, 0, 8);
  const broken = [
    rows[0],
    { ...rows[1], priceFen: '9.9' },
    { ...rows[2], categoryId: ids.next() },
    { ...rows[3], skuName: '' },
    { ...rows[4], images: 'http://img.example.com/a.png' },
    { ...rows[5], skuCode: rows[0]?.skuCode ?? '' },
    { ...rows[1], skuCode: 'SKU-other', attributes: rows[0]?.attributes ?? '' },
    rows[7],
  ];
  const { id } = await start(node, 1);

  await send(node, id, 1, toCsv(broken.map((row) => row ?? {})));
  const done = await untilDone(node, id);

  t.match(done, { rowsDone: 8, rowsCreated: 2, rowsFailed: 6 });
  const page = await node.call(actions.listImportProblems, { id, limit: 4 }, asAdmin);
  const rest = await node.call(
    actions.listImportProblems,
    { id, limit: 4, cursor: page.nextCursor ?? '' },
    asAdmin,
  );
  t.same(
    [...page.items, ...rest.items].map(({ line, field }) => [line, field]),
    [
      [3, 'priceFen'],
      [4, 'categoryId'],
      [5, 'skuName'],
      [6, 'images'],
      [7, 'skuCode'],
      [8, 'attributes'],
    ],
  );
  t.equal(rest.nextCursor, null);
});

t.test('a chunk that is no CSV of ours ends with one problem, not in a loop', async (t) => {
  const suite = await createSuite(t);
  const node = await suite.startNode();
  const { id } = await start(node, 3);

  await send(node, id, 1, 'a,b,c\n1,2,3');
  await send(node, id, 2, `${toCsv([])}\n"never closed`);
  await send(node, id, 3, `${toCsv([])}\nonly,three,columns`);

  t.match(await untilDone(node, id), { rowsCreated: 0, rowsFailed: 3 });
});

t.test(
  '2,000 rows whose node is killed in the middle are taken once each',
  { timeout: 180_000 },
  async (t) => {
    const suite = await createSuite(t);
    const observer = await suite.startNeighbour();
    const env = { ENV: 'dev', LOG_LEVEL: 'error', TRACE_EXPORTER: 'none', ...suite.env };
    const begin = () => spawnNode(main, { scope: t, env });
    let node = await begin();
    const category = await eventually(() => operator(observer).category(), { withinMs: 20_000 });
    const { id } = await start(observer, 4);
    for (const number of [1, 2, 3, 4]) {
      const csv = toCsv(csvRows(category.id, (number - 1) * 500, 500));
      await send(observer, id, number, csv);
    }

    const done = async (): Promise<number> => {
      const row = await rowsOf(suite, 'select sum(rows_done) as done from import_chunk');
      return Number(row?.['done']);
    };
    for (const mark of [100, 1000]) {
      await eventually(async () => (await done()) >= mark, { withinMs: 60_000, everyMs: 5 });
      await node.kill9();
      node = await begin();
    }
    await eventually(() => observer.call(actions.getImport, { id }, asAdmin), { withinMs: 20_000 });
    const end = await untilDone(observer, id, 60_000);

    t.match(end, { rowsDone: 2000, rowsCreated: 2000, rowsUpdated: 0, rowsFailed: 0 });
    t.match(await rowsOf(suite, 'select count(*) as skus from sku'), { skus: 2000 });
    const told = await rowsOf(
      suite,
      `select count(*) as facts from outbox where fact = 'goods.skuCreated'`,
    );
    t.match(told, { facts: 2000 }, 'each new SKU is told exactly once');
    t.match(await rowsOf(suite, 'select count(csv) as kept from import_chunk'), { kept: 0 });
    t.match(await node.stop(), { code: 0 });
  },
);

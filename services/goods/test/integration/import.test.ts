import { goods } from '@app/contracts';
import t from 'tap';
import { ids } from '../support/builders.ts';
import { csvRows, toCsv } from '../support/csv.ts';
import { asAdmin, createSuite, operator } from '../support/goods-node.ts';
import { rowsOf, sendChunk, startImport, untilDone } from '../support/import-calls.ts';

const { actions } = goods;

t.test('chunks become drafts, and sending them again changes nothing', async (t) => {
  const suite = await createSuite(t);
  const node = await suite.startNode();
  const category = await operator(node).category();
  const chunks = [0, 1].map((index) => toCsv(csvRows(category.id, index * 100, 100)));
  const { id } = await startImport(node, 2);

  const afterFirst = await sendChunk(node, id, 2, chunks[1] ?? '');
  t.match(afterFirst, { status: 'receiving', missingChunks: [1] });
  await sendChunk(node, id, 1, chunks[0] ?? '');
  await sendChunk(node, id, 1, chunks[0] ?? '');
  const done = await untilDone(node, id);

  t.match(done, { rowsDone: 200, rowsCreated: 200, rowsUpdated: 0, rowsFailed: 0 });
  const { items } = await node.call(actions.listAllGoods, { categoryId: category.id }, asAdmin);
  t.ok(items.every(({ status, skus }) => status === 'draft' && skus.length === 2));
  await t.rejects(sendChunk(node, id, 1, `${chunks[0] ?? ''}\n`), {
    code: 'GOODS_IMPORT_CHUNK_DIFFERS',
  });
  await t.rejects(sendChunk(node, id, 3, 'x'), {
    code: 'VALIDATION_FAILED',
    data: { errors: [{ field: 'number' }] },
  });

  const versions = await rowsOf(suite, 'select sum(version) as sum from spu');
  const again = await startImport(node, 2);
  for (const [index, csv] of chunks.entries()) await sendChunk(node, again.id, index + 1, csv);
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
  const { id } = await startImport(node, 1);

  await sendChunk(node, id, 1, toCsv(broken.map((row) => row ?? {})));
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
  const { id } = await startImport(node, 3);

  await sendChunk(node, id, 1, 'a,b,c\n1,2,3');
  await sendChunk(node, id, 2, `${toCsv([])}\n"never closed`);
  await sendChunk(node, id, 3, `${toCsv([])}\nonly,three,columns`);

  t.match(await untilDone(node, id), { rowsCreated: 0, rowsFailed: 3 });
});

t.test('a chunk whose job was lost with Redis is taken all the same', async (t) => {
  const suite = await createSuite(t);
  const node = await suite.startNode();
  const category = await operator(node).category();
  const { id } = await startImport(node, 1);

  // The row is all that is left: as if Redis was wiped right after it was written.
  await suite.database.sql(
    `insert into import_chunk (import_id, number, content_hash, csv, status, rows_done,
       rows_created, rows_updated, rows_failed, received_at)
     values (?, 1, '', ?, 'waiting', 0, 0, 0, 0, utc_timestamp(3) - interval 1 minute)`,
    [id, toCsv(csvRows(category.id, 0, 10))],
  );

  t.match(await untilDone(node, id), { rowsCreated: 10 });
});

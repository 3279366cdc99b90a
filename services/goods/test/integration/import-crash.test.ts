import { fileURLToPath } from 'node:url';
import { goods } from '@app/contracts';
import { eventually, spawnNode } from '@app/testing';
import t from 'tap';
import { csvRows, toCsv } from '../support/csv.ts';
import { asAdmin, createSuite, operator } from '../support/goods-node.ts';
import { rowsOf, sendChunk, startImport, untilDone } from '../support/import-calls.ts';

const { actions } = goods;
const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

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
    const { id } = await startImport(observer, 4);
    for (const number of [1, 2, 3, 4]) {
      const csv = toCsv(csvRows(category.id, (number - 1) * 500, 500));
      await sendChunk(observer, id, number, csv);
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

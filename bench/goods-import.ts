import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { goods } from '@app/contracts';
import { createUlids } from '@app/kernel';
import { migrate } from '@app/mysql';
import {
  createTestDatabase,
  createTestHost,
  eventually,
  startProcess,
  testEnv,
  testNamespace,
} from '@app/testing';
import { root } from '../e2e/support/process.ts';
import { prepareStores } from './support/stores.ts';

/**
 * How fast a file of CSV comes in, and in how much memory: 100,000 rows of 20,000 goods through the
 * actions of one goods process whose heap is bounded, which is killed once in the middle.
 */
const ROWS = Number(process.env['BENCH_ROWS'] ?? '100000');
const ROWS_PER_CHUNK = 2000;
const HEAP_MB = 96;
const RESIDENT_MB_MAX = 320;
const WITHIN_MS = 20 * 60 * 1000;

const { actions } = goods;
const ids = createUlids();
const stores = process.env['TEST_MYSQL_ADDR'] === undefined ? await prepareStores() : undefined;
const { nats, redis } = testEnv();
const namespace = testNamespace();
const database = await createTestDatabase({
  label: 'bench_goods',
  migrate: ({ addr, admin, schema }) =>
    migrate({
      adminConfig: { addr, ...admin },
      service: 'goods',
      migrationsDir: join(root, 'services/goods/migrations'),
      schema,
    }),
});
const start = () =>
  startProcess(process.execPath, {
    args: [
      '--conditions=@app/source',
      `--max-old-space-size=${HEAP_MB}`,
      join(root, 'services/goods/src/main.ts'),
    ],
    env: {
      ENV: 'dev',
      LOG_LEVEL: 'error',
      TRACE_EXPORTER: 'none',
      NATS_URL: nats.url,
      NAMESPACE: namespace,
      REDIS_ADDR: redis.addr,
      MYSQL_ADDR: database.addr,
      MYSQL_USER: database.user,
      MYSQL_PASS: database.password,
      MYSQL_SCHEMA: database.schema,
    },
  });

const residentMb = (pid: number): number => {
  const [, kib] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kib) / 1024);
};

const header = 'spuCode,title,description,images,categoryId,skuCode,skuName,attributes,priceFen';
const chunkOf = (categoryId: string, number: number): string => {
  const rows = Array.from({ length: Math.min(ROWS_PER_CHUNK, ROWS) }, (_, index) => {
    const row = (number - 1) * ROWS_PER_CHUNK + index;
    const spu = Math.floor(row / 5);
    const image = 'https://img.example.com/a.png';
    return `S-${spu},保温杯 ${spu} 号,十二小时保温,${image},${categoryId},K-${row},第 ${row % 5} 色,颜色=${row % 5},9900`;
  });
  return [header, ...rows].join('\n');
};

const admin = {
  kind: 'admin' as const,
  adminId: ids.next(),
  marks: ['goods:read', 'goods:write'],
};
const caller = { caller: admin };
const keyed = () => ({ caller: admin, idempotencyKey: ids.next() });
const client = await createTestHost({ service: 'bench', namespace });
await client.start();
let node = await start();
let peakMb = 0;
try {
  const { id: categoryId } = await eventually(
    () => client.call(actions.createCategory, { name: '导入' }, caller),
    { withinMs: 30_000 },
  );
  const chunkCount = Math.ceil(ROWS / ROWS_PER_CHUNK);
  const { id } = await client.call(actions.startImport, { name: 'bench.csv', chunkCount }, keyed());
  const startedMs = performance.now();
  for (let number = 1; number <= chunkCount; number += 1) {
    const csv = chunkOf(categoryId, number);
    await client.call(actions.addImportChunk, { id, number, csv }, keyed());
  }
  let isKilled = false;
  const done = await eventually(
    async () => {
      const progress = await client.call(actions.getImport, { id }, caller);
      peakMb = Math.max(peakMb, residentMb(node.pid));
      if (!isKilled && progress.rowsDone > ROWS / 2) {
        isKilled = true;
        await node.kill9();
        node = await start();
      }
      if (progress.status !== 'done') throw new Error(JSON.stringify(progress));
      return progress;
    },
    { withinMs: WITHIN_MS, everyMs: 1000 },
  );
  const seconds = (performance.now() - startedMs) / 1000;
  const [row] = await database.sql('select count(*) as skus from sku');
  const isWhole = Number(row?.['skus']) === ROWS && done.rowsCreated === ROWS;
  console.log(
    `${ROWS} rows, killed once: ${seconds.toFixed(0)} s, ${Math.round(ROWS / seconds)} rows/s, ` +
      `peak ${peakMb} MiB resident; ${done.rowsCreated} created, ${done.rowsFailed} failed`,
  );
  if (!isWhole || peakMb > RESIDENT_MB_MAX) process.exitCode = 1;
} finally {
  await node.stop().catch(() => undefined);
  await client.stop();
  await database.drop();
  await stores?.stop();
}

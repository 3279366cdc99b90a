import { join } from 'node:path';
import { createUlids, systemClock } from '@app/kernel';
import { createDatabase, createOutbox, migrate, mysqlKeys } from '@app/mysql';
import { readConfig } from '@app/runtime';
import { createTestDatabase, recordedLogger } from '@app/testing';
import { root } from '../e2e/support/process.ts';
import { createShortageMemory } from '../services/stock/src/repository/cache/shortage-memory.ts';
import { createMysqlReservationReader } from '../services/stock/src/repository/repo/mysql-reservation-reader.ts';
import { createMysqlStockAuditor } from '../services/stock/src/repository/repo/mysql-stock-auditor.ts';
import { createMysqlStockLedger } from '../services/stock/src/repository/repo/mysql-stock-ledger.ts';
import type { Tables } from '../services/stock/src/repository/repo/tables.ts';
import { createReserve } from '../services/stock/src/usecase/reserve.ts';
import {
  BUCKETS,
  createBuckets,
  createBucketTable,
  createNaive,
  type Reserve,
} from './stock/rivals.ts';
import { median, printTable, verdict } from './support/report.ts';
import { prepareStores } from './support/stores.ts';

/**
 * Reservations of ONE SKU from one Node process, the designs in turn in one run: (a) one row, one
 * transaction each; (b) the same with a row per order, which nobody competes for; (c) sixteen
 * buckets; (d) the group commit of the service. Every design writes the same rows.
 */
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? '3');
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? '3');
const IN_FLIGHT = [64, 256];
const PLENTY = 100_000_000;

const ids = createUlids();
const stores = process.env['TEST_MYSQL_ADDR'] === undefined ? await prepareStores() : undefined;
const database = await createTestDatabase({
  label: 'bench_stock',
  migrate: ({ addr, admin, schema }) =>
    migrate({
      adminConfig: { addr, ...admin },
      service: 'stock',
      migrationsDir: join(root, 'services/stock/migrations'),
      schema,
    }),
});
const host = {
  logger: recordedLogger(),
  clock: systemClock,
  ids,
  facts: {
    publish: () => Promise.reject(new Error('no fact is published here')),
    consume: () => {
      throw new Error('no fact is consumed here');
    },
  },
};
const config = readConfig(
  mysqlKeys,
  {
    MYSQL_ADDR: database.addr,
    MYSQL_USER: database.user,
    MYSQL_PASS: database.password,
    MYSQL_SCHEMA: database.schema,
    MYSQL_QUEUE_MAX: '1000',
    MYSQL_ACQUIRE_TIMEOUT_MS: '20000',
  },
  { service: 'stock' },
);
const db = createDatabase<Tables>(config, { host, service: 'stock' });

interface Sample {
  readonly perSecond: number;
  readonly p99Ms: number;
}

/** 5,000 at once for 100 pieces, through the use-case: how fast the others learn that it is over. */
const burst = async (reserve: Reserve, skuId: string): Promise<void> => {
  const asked = performance.now();
  const results = await Promise.allSettled(Array.from({ length: 5000 }, () => reserve(skuId)));
  const first = performance.now() - asked;
  const held = results.filter(({ status }) => status === 'fulfilled').length;
  const again = performance.now();
  await Promise.allSettled(Array.from({ length: 5000 }, () => reserve(skuId)));
  const second = performance.now() - again;
  console.log(
    `5,000 for 100 pieces: ${held} held, all answered in ${first.toFixed(0)} ms; 5,000 more refused in ${second.toFixed(0)} ms`,
  );
  if (held !== 100) throw new Error(`${held} of 100 pieces were held`);
};

/** Keeps so many under way for a while. */
const load = async (reserve: () => Promise<unknown>, inFlight: number): Promise<Sample> => {
  const latencies: number[] = [];
  const start = performance.now();
  const end = start + SECONDS * 1000;
  const buyer = async (): Promise<void> => {
    while (performance.now() < end) {
      const asked = performance.now();
      await reserve();
      latencies.push(performance.now() - asked);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, buyer));
  const seconds = (performance.now() - start) / 1000;
  latencies.sort((a, b) => a - b);
  return {
    perSecond: latencies.length / seconds,
    p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? NaN,
  };
};

/** The rivals write no honest ledger; the audit at the end looks at the SKUs of the service's design. */
const ofTheService: string[] = [];

const addItem = async (): Promise<string> => {
  const skuId = ids.next();
  await database.sql('insert into stock_item values (?, ?, 0, now(3), now(3))', [skuId, PLENTY]);
  return skuId;
};

const addBuckets = async (): Promise<string> => {
  const skuId = ids.next();
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    await database.sql('insert into bench_bucket values (?, ?, ?, 0)', [skuId, bucket, PLENTY]);
  }
  return skuId;
};

interface Design {
  readonly name: string;
  readonly prepare: () => Promise<() => Promise<unknown>>;
}

const onOneSku = (reserve: Reserve, add: () => Promise<string>) => async () => {
  const skuId = await add();
  return () => reserve(skuId);
};

const createService = () => {
  const reservations = createMysqlReservationReader(db);
  const ledger = createMysqlStockLedger({
    db,
    outbox: createOutbox(db, host),
    reservations,
    clock: systemClock,
    onBalances: () => undefined,
  });
  const reserve = createReserve({
    ledger,
    reservations,
    shortages: createShortageMemory(systemClock),
    expiry: { schedule: () => undefined },
    ids,
  });
  const addToLedger = async (onHand = PLENTY): Promise<string> => {
    const skuId = ids.next();
    const change = { skuId, onHand, expectedOnHand: undefined, ref: ids.next(), note: 'bench' };
    await ledger.run({ kind: 'setOnHand', ...change });
    ofTheService.push(skuId);
    return skuId;
  };
  const buy: Reserve = (skuId) =>
    reserve({
      orderNo: `M${ids.next()}`,
      lines: [{ skuId, quantity: 1 }],
      expiresAtMs: Date.now() + 3_600_000,
    });
  return { addToLedger, buy };
};

const createDesigns = ({ addToLedger, buy }: ReturnType<typeof createService>) => {
  const naive = createNaive(db);
  return [
    { name: 'one row, one transaction each', prepare: onOneSku(naive, addItem) },
    {
      name: 'a row each (nobody competes)',
      prepare: async () => {
        const skuIds = await Promise.all(Array.from({ length: 500 }, addItem));
        let turn = 0;
        return () => naive(skuIds[turn++ % skuIds.length] ?? '');
      },
    },
    { name: `${BUCKETS} buckets`, prepare: onOneSku(createBuckets(db), addBuckets) },
    { name: 'group commit', prepare: onOneSku(buy, () => addToLedger()) },
  ] satisfies readonly Design[];
};

try {
  await database.sql(createBucketTable);
  await db.start();
  const service = createService();
  const designs = createDesigns(service);
  const samples = new Map<string, Sample[]>();
  for (const inFlight of IN_FLIGHT) {
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const { name, prepare } of designs) {
        const key = `${name}, ${inFlight} in flight`;
        samples.set(key, [...(samples.get(key) ?? []), await load(await prepare(), inFlight)]);
      }
    }
  }
  const rate = (name: string, inFlight: number): number =>
    median((samples.get(`${name}, ${inFlight} in flight`) ?? []).map((s) => s.perSecond));
  printTable(
    ['reservations of one SKU', '1/s', 'p99 ms'],
    [...samples].map(([name, all]) => [
      name,
      median(all.map((s) => s.perSecond)).toFixed(0),
      median(all.map((s) => s.p99Ms)).toFixed(1),
    ]),
  );
  await burst(service.buy, await service.addToLedger(100));
  const auditor = createMysqlStockAuditor({ db, clock: systemClock });
  const { differences } = await auditor.audit(null, 10_000);
  const wrong = differences.filter(({ skuId }) => ofTheService.includes(skuId));
  if (wrong.length > 0) throw new Error(`the books are wrong: ${JSON.stringify(wrong)}`);
  verdict([
    {
      what: 'group commit / one row, 256 in flight',
      value: rate('group commit', 256) / rate('one row, one transaction each', 256),
      atLeast: 4,
    },
    {
      what: 'group commit / one row, 64 in flight',
      value: rate('group commit', 64) / rate('one row, one transaction each', 64),
      atLeast: 3,
    },
    {
      what: `group commit / ${BUCKETS} buckets, 256 in flight`,
      value: rate('group commit', 256) / rate(`${BUCKETS} buckets`, 256),
      atLeast: 2,
    },
  ]);
} finally {
  await db.stop();
  await database.drop();
  await stores?.stop();
}

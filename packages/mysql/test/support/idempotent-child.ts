import type { TestDatabase } from '@app/testing';
import { createDatabase, createIdempotency } from '../../src/index.ts';
import { configFor, testHost, type TestTables } from './store.ts';

// Runs one idempotent effect and stops at the point where the test kills it.
const place = JSON.parse(process.env['CHILD_STORE'] ?? '') as TestDatabase;
const key = process.env['CHILD_KEY'] ?? '';
const point = process.env['CHILD_POINT'];

const host = testHost();
const db = createDatabase<TestTables>(configFor(place), { host, service: 'test' });
await db.start();
const idempotency = createIdempotency(db, host, { leaseMs: 600 });

const die = (at: string): Promise<void> => {
  if (at !== point) return Promise.resolve();
  process.stdout.write('ready to die\n');
  return new Promise(() => undefined);
};

await idempotency.run(
  {
    caller: { kind: 'user', userId: 'u1', sessionId: 's1' },
    action: { name: 'v1.test.act' },
    idempotencyKey: key,
  },
  {},
  async ({ operationId, complete }) => {
    process.stdout.write(`operation ${operationId}\n`);
    await die('before');
    const answer = await db.transaction(async (tx) => {
      await tx
        .insertInto('effect')
        .values({ name: `killed ${key}` })
        .execute();
      await complete(tx, { orderNo: operationId });
      await die('inside');
      return { orderNo: operationId };
    });
    await die('after');
    return answer;
  },
);

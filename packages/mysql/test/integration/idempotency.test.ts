import t from 'tap';
import { DomainError } from '@app/kernel';
import { spawnNode } from '@app/testing';
import { createIdempotency, type IdempotentCall, type Operation } from '../../src/index.ts';
import { openStore, type TestTables } from '../support/store.ts';

const store = await openStore(t, 'idempotency', { mysqlPoolSize: 30 });
const { db, host } = store;
const idempotency = createIdempotency(db, host);

let keys = 0;
const call = (
  overrides: Partial<IdempotentCall> = {},
): IdempotentCall & { idempotencyKey: string } => {
  keys += 1;
  return {
    caller: { kind: 'user', userId: 'u1', sessionId: 's1' },
    action: { name: 'v1.test.act' },
    idempotencyKey: `key-${keys}`,
    ...overrides,
  } as never;
};

type Answer = { readonly orderNo: string; readonly note?: string };

/** The effect and its answer in one transaction, as a use-case does it. */
const act = (name: string) => (operation: Operation<TestTables, Answer>) =>
  db.transaction(async (tx) => {
    await tx.insertInto('effect').values({ name }).execute();
    const answer = { orderNo: operation.operationId };
    await operation.complete(tx, answer);
    return answer;
  });

const effects = async (name: string): Promise<number> =>
  (await db.write.selectFrom('effect').select('id').where('name', '=', name).execute()).length;

t.test('without a key every call runs, with an operation id of its own', async (t) => {
  const plain = call({ idempotencyKey: undefined });

  const first = await idempotency.run(plain, {}, act('plain'));
  const second = await idempotency.run(plain, {}, act('plain'));

  t.not(first.orderNo, second.orderNo);
  t.equal(await effects('plain'), 2);
  t.same(await db.write.selectFrom('idempotency_key').selectAll().execute(), []);
});

t.test('the same request again gets the first answer, byte for byte', async (t) => {
  const repeated = call();
  const answer = (operation: Operation<TestTables, object>) =>
    db.transaction(async (tx) => {
      const result = { z: 1, a: { 文: '字', n: 1.5, none: undefined }, list: [null, 'x'] };
      await operation.complete(tx, result);
      return result;
    });

  const first = await idempotency.run(repeated, { b: 1, a: 2 }, answer);
  const second = await idempotency.run(repeated, { a: 2, b: 1 }, () =>
    Promise.reject(new Error('ran again')),
  );

  t.equal(JSON.stringify(first), '{"z":1,"a":{"文":"字","n":1.5},"list":[null,"x"]}');
  t.equal(JSON.stringify(second), JSON.stringify(first));
});

t.test('20 parallel equal requests have one effect and all get its answer', async (t) => {
  const parallel = call();

  const answers = await Promise.all(
    Array.from({ length: 20 }, () => idempotency.run(parallel, { a: 1 }, act('parallel'))),
  );

  t.equal(await effects('parallel'), 1);
  t.equal(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1);
});

t.test('the key with another body is refused, also while the first still runs', async (t) => {
  const reused = call();
  const refusal = { code: 'IDEMPOTENCY_KEY_REUSED', kind: 'unprocessable' };

  const running = idempotency.run(reused, { a: 1 }, async (operation) => {
    await t.rejects(idempotency.run(reused, { a: 2 }, act('reused')), refusal);
    return await act('reused')(operation);
  });

  await running;
  await t.rejects(idempotency.run(reused, { a: 2 }, act('reused')), refusal);
  t.equal(await effects('reused'), 1);
});

t.test('the same key of another caller or for another action is another key', async (t) => {
  const mine = call();
  await idempotency.run(mine, {}, act('scoped'));
  await idempotency.run(
    { ...mine, caller: { kind: 'user', userId: 'u2', sessionId: 's' } },
    {},
    act('scoped'),
  );
  await idempotency.run(
    { ...mine, caller: { kind: 'admin', adminId: 'u1', marks: [] } },
    {},
    act('scoped'),
  );
  await idempotency.run({ ...mine, action: { name: 'v1.test.other' } }, {}, act('scoped'));
  await idempotency.run(
    { ...mine, idempotencyKey: mine.idempotencyKey.toUpperCase() },
    {},
    act('scoped'),
  );

  t.equal(await effects('scoped'), 5);
});

t.test('a repeat that waits too long is told that the first is still running', async (t) => {
  const slow = call();
  const impatient = createIdempotency(db, host, { waitMaxMs: 100 });

  await idempotency.run(slow, {}, async (operation) => {
    await t.rejects(impatient.run(slow, {}, act('slow')), {
      code: 'IDEMPOTENCY_IN_PROGRESS',
      kind: 'conflict',
    });
    return await act('slow')(operation);
  });

  t.equal(await effects('slow'), 1);
});

t.test('after a final failure the key is free, also for another body', async (t) => {
  const failing = call();
  const exhausted = new DomainError('STOCK_EXHAUSTED', 'conflict');

  await t.rejects(
    idempotency.run(failing, { a: 1 }, () => Promise.reject(exhausted)),
    exhausted,
  );

  await idempotency.run(failing, { a: 2 }, act('freed'));
  t.equal(await effects('freed'), 1);
});

t.test(
  'after an unclear failure the repeat runs at once, with the same operation id',
  async (t) => {
    const unclear = call();
    const ids: string[] = [];
    const failure = new DomainError('UPSTREAM_TIMEOUT', 'upstream_timeout');

    await t.rejects(
      idempotency.run(unclear, {}, ({ operationId }) => {
        ids.push(operationId);
        return Promise.reject(failure);
      }),
      failure,
    );
    await t.rejects(idempotency.run(unclear, { other: true }, act('unclear')), {
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
    const answer = await idempotency.run(unclear, {}, act('unclear'));

    t.same(ids, [answer.orderNo]);
  },
);

t.test('an effect without a transaction has its answer stored when it returns', async (t) => {
  const outside = call();

  const first = await idempotency.run(outside, {}, ({ operationId }) =>
    Promise.resolve({ orderNo: operationId }),
  );
  const second = await idempotency.run(outside, {}, () => Promise.reject(new Error('ran again')));

  t.same(second, first);
});

t.test('who lost the claim cannot commit, and gives the answer of who took it over', async (t) => {
  const contested = call();
  const shortLived = createIdempotency(db, host, { leaseMs: 15_000 });
  let taken: Answer | undefined;

  const answer = await shortLived.run(contested, {}, async (operation) => {
    // As if this process had slept past its lease.
    await db.write
      .updateTable('idempotency_key')
      .set({ lease_until: new Date(0) })
      .where('idem_key', '=', contested.idempotencyKey)
      .execute();
    taken = await idempotency.run(contested, {}, act('contested'));
    return await act('contested')(operation);
  });

  t.same(answer, taken);
  t.equal(await effects('contested'), 1);
});

t.test('a long effect keeps its claim by refreshing the lease', async (t) => {
  const long = call();
  const brief = createIdempotency(db, host, { leaseMs: 300, waitMaxMs: 5_000 });
  let runs = 0;
  const run = () =>
    brief.run(long, {}, async (operation) => {
      runs += 1;
      const { promise, resolve } = Promise.withResolvers<void>();
      setTimeout(resolve, 1_000);
      await promise;
      return await act('long')(operation);
    });

  const [first, second] = await Promise.all([run(), run()]);

  t.equal(runs, 1);
  t.same(second, first);
});

t.test('a COMMIT whose answer got lost is looked up: committed means answered', async (t) => {
  const unknown = call();
  let runs = 0;

  const answer = await idempotency.run(
    unknown,
    {},
    async (operation: Operation<TestTables, Answer>) => {
      runs += 1;
      await act('unknown')(operation);
      throw new DomainError('SERVICE_UNAVAILABLE', 'unavailable', {
        data: { store: 'mysql', reason: 'connection', outcome: 'unknown' },
      });
    },
  );

  t.equal(runs, 1);
  t.equal(await effects('unknown'), 1);
  t.same(await idempotency.run(unknown, {}, act('unknown')), answer);
});

t.test('keys are kept for their time and then run anew', async (t) => {
  const old = call();
  const first = await idempotency.run(old, { a: 1 }, act('old'));
  await db.write
    .updateTable('idempotency_key')
    .set({ created_at: new Date(Date.now() - 25 * 60 * 60 * 1000) })
    .where('idem_key', '=', old.idempotencyKey)
    .execute();

  const second = await idempotency.run(old, { a: 2 }, act('old'));
  t.not(second.orderNo, first.orderNo);

  await db.write
    .updateTable('idempotency_key')
    .set({ created_at: new Date(Date.now() - 25 * 60 * 60 * 1000) })
    .where('idem_key', '=', old.idempotencyKey)
    .execute();
  t.equal(await idempotency.purge(), 1);
});

for (const point of ['before', 'inside', 'after'] as const) {
  t.test(
    `a process killed ${point} the commit of the effect leaves one effect after the repeat`,
    async (t) => {
      const killed = call();
      const child = await spawnNode(`${import.meta.dirname}/../support/idempotent-child.ts`, {
        scope: t,
        env: {
          CHILD_STORE: JSON.stringify(store.place),
          CHILD_KEY: killed.idempotencyKey,
          CHILD_POINT: point,
        },
      });
      await child.waitForLine(/ready to die/, 30_000);
      const operationId = child.lines
        .find((line) => line.startsWith('operation '))
        ?.slice('operation '.length);
      await child.kill9();

      const repeat = createIdempotency(db, host, { leaseMs: 600, waitMaxMs: 10_000 });
      const answers = await Promise.all(
        Array.from({ length: 5 }, () =>
          repeat.run(killed, {}, act(`killed ${killed.idempotencyKey}`)),
        ),
      );

      t.equal(await effects(`killed ${killed.idempotencyKey}`), 1);
      t.same(
        answers,
        Array.from({ length: 5 }, () => ({ orderNo: operationId })),
        'the same operation',
      );
    },
  );
}

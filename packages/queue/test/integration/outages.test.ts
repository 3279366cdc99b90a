import { fileURLToPath } from 'node:url';
import { Queue } from 'bullmq';
import { eventually, spawnNode, startRedis } from '@app/testing';
import t from 'tap';
import { createProducer, createSweeper, createWorker } from '../../src/index.ts';
import { createBench, started, testQueue, type TestPayload } from '../support/queue.ts';

const WORKER_PROCESS = fileURLToPath(new URL('../fixtures/worker-process.ts', import.meta.url));

t.test('crash: a job whose worker was killed -9 is taken by another one', async (t) => {
  const server = await startRedis({ scope: t });
  const { host, redis } = await createBench(t, server.addr);
  const queue = testQueue();
  const producer = await started(t, createProducer(host, redis, queue));
  const child = await spawnNode(WORKER_PROCESS, {
    args: [server.addr, host.namespace, queue.name],
    scope: t,
  });
  await producer.add('order-1', { atMs: 1 });
  await child.waitForLine(/^order-1 1$/);
  const taken: [string, number][] = [];
  await started(
    t,
    createWorker(
      host,
      redis,
      queue,
      async (_payload, { jobId, attempt }) => void taken.push([jobId, attempt]),
      { lockMs: 400, stalledCheckEveryMs: 100 },
    ),
  );

  await child.kill9();
  await eventually(() => taken.length === 1);

  t.same(taken, [['order-1', 2]]);
  t.ok(host.entries.some(({ message }) => /worker that vanished/.test(message)));
});

t.test('a job that kills every worker it meets is dead after its attempts', async (t) => {
  const { host, redis } = await createBench(t);
  const queue = testQueue({ attemptsMax: 1 });
  const producer = await started(t, createProducer(host, redis, queue));
  const raw = new Queue(queue.name, {
    connection: redis.queueClient(),
    prefix: `{${host.namespace}-${queue.name}}`,
  });
  t.teardown(() => raw.close());
  await producer.add('order-1', { atMs: 1 });

  for (let round = 1; round <= 2; round += 1) {
    const child = await spawnNode(WORKER_PROCESS, {
      args: [redis.address, host.namespace, queue.name],
      scope: t,
    });
    await child.waitForLine(/^order-1 /);
    await child.kill9();
  }
  const ran: string[] = [];
  await started(
    t,
    createWorker(host, redis, queue, async (_payload, { jobId }) => void ran.push(jobId), {
      lockMs: 400,
      stalledCheckEveryMs: 100,
    }),
  );
  await eventually(() => raw.getFailedCount().then((count) => count === 1));

  t.same(ran, []);
  t.match(
    host.entries.filter(({ level }) => level === 'error'),
    [{ fields: { jobId: 'order-1' } }],
  );
});

t.test('a worker and a producer survive a restart of Redis', async (t) => {
  const server = await startRedis({ scope: t });
  const { host, redis } = await createBench(t, server.addr);
  const queue = testQueue();
  const producer = await started(t, createProducer(host, redis, queue));
  const seen = new Set<string>();
  const worker = await started(
    t,
    createWorker(host, redis, queue, async (_payload, { jobId }) => void seen.add(jobId)),
  );
  await producer.add('order-1', { atMs: 1 });
  await producer.add('order-2', { atMs: 1 }, { delayMs: 300 });
  await eventually(() => seen.has('order-1'));

  await server.down('SIGKILL');
  const isReady = (): Promise<boolean> =>
    (worker.check?.() ?? Promise.resolve()).then(
      () => true,
      () => false,
    );
  await eventually(async () => !(await isReady()));
  await server.up();
  await eventually(() => producer.add('order-3', { atMs: 1 }));

  await eventually(() => seen.has('order-2') && seen.has('order-3'), { withinMs: 10_000 });
  await worker.check?.();
});

t.test(
  'while Redis is away adding fails fast with SERVICE_UNAVAILABLE and nothing is added later',
  async (t) => {
    const server = await startRedis({ scope: t });
    const { host, redis } = await createBench(t, server.addr);
    const queue = testQueue();
    const producer = await started(t, createProducer(host, redis, queue));
    const seen: string[] = [];
    await server.down('SIGKILL');
    await eventually(() => redis.queueClient().status !== 'ready');

    const startedAt = performance.now();
    for (let order = 1; order <= 20; order += 1) {
      await t.rejects(producer.add(`order-${order}`, { atMs: 1 }), { code: 'SERVICE_UNAVAILABLE' });
    }
    const tookMs = performance.now() - startedAt;
    await server.up();
    await started(
      t,
      createWorker(host, redis, queue, async (_payload, { jobId }) => void seen.push(jobId)),
    );
    await eventually(() => producer.add('order-last', { atMs: 1 }));
    await eventually(() => seen.includes('order-last'));

    t.ok(tookMs < 500, `${tookMs} ms`);
    t.same(seen, ['order-last']);
  },
);

t.test('Redis that comes up after the worker started is used as soon as it is there', async (t) => {
  const server = await startRedis({ scope: t });
  await server.down('SIGKILL');
  const { host, redis } = await createBench(t, server.addr);
  const queue = testQueue();
  const producer = createProducer(host, redis, queue);
  const seen: string[] = [];
  const worker = createWorker(
    host,
    redis,
    queue,
    async (_payload, { jobId }) => void seen.push(jobId),
  );

  const starting = [started(t, producer), started(t, worker)];
  await server.up();
  await Promise.all(starting);
  await eventually(() => producer.add('order-1', { atMs: 1 }));

  await eventually(() => seen.length === 1, { withinMs: 10_000 });
  t.same(seen, ['order-1']);
});

t.test(
  'Redis wiped: the sweeper makes the lost jobs again from rows, and each takes effect',
  async (t) => {
    const server = await startRedis({ scope: t });
    const { host, redis } = await createBench(t, server.addr);
    const queue = testQueue();
    const rows = new Map(Array.from({ length: 10 }, (_, index) => [`order-${index}`, 'unpaid']));
    const producer = await started(t, createProducer(host, redis, queue));
    for (const id of rows.keys()) await producer.add(id, { atMs: 1 }, { delayMs: 100_000 });

    await server.down('SIGKILL');
    await server.wipe();
    await server.up();
    await started(
      t,
      createWorker(
        host,
        redis,
        queue,
        async (_payload, { jobId }) => void rows.set(jobId, 'closed'),
      ),
    );
    await started(
      t,
      createSweeper(host, redis, {
        service: 'order',
        name: 'lost-timeouts',
        everyMs: 100,
        sweep: async () => {
          const due = [...rows].filter(([, status]) => status === 'unpaid');
          const made = await Promise.all(due.map(([id]) => producer.ensure(id, { atMs: 1 })));
          return made.filter(Boolean).length;
        },
      }),
    );

    await eventually(() => [...rows.values()].every((status) => status === 'closed'));
    t.equal(rows.size, 10);
    const recreated = host.entries.filter(({ message }) => /made lost work again/.test(message));
    t.equal(
      recreated.reduce((sum, { fields }) => sum + Number(fields['recreated']), 0),
      10,
    );
  },
);

t.test('stop finishes the job in hand and takes no other', async (t) => {
  const { host, redis } = await createBench(t);
  const queue = testQueue({ concurrency: 1 });
  const producer = await started(t, createProducer(host, redis, queue));
  const done: string[] = [];
  let proceed = (): void => undefined;
  const gate = new Promise<void>((resolve) => (proceed = resolve));
  let isInside = false;
  const worker = createWorker(host, redis, queue, async (_payload: TestPayload, { jobId }) => {
    isInside = true;
    await gate;
    done.push(jobId);
  });
  await worker.start();
  await producer.add('order-1', { atMs: 1 });
  await producer.add('order-2', { atMs: 1 });
  await eventually(() => isInside);

  const stopped = worker.stop();
  proceed();
  await stopped;

  t.same(done, ['order-1']);
  await t.rejects(worker.check?.() ?? Promise.resolve(), /does not run/);
  const next = createWorker(
    host,
    redis,
    queue,
    async (_payload, { jobId }) => void done.push(jobId),
  );
  await started(t, next);
  await eventually(() => done.length === 2);
  t.same(done, ['order-1', 'order-2']);
});

t.test(
  'stop does not wait for ever: the job is told to end and runs again elsewhere',
  async (t) => {
    const { host, redis } = await createBench(t);
    const other = await createBench(t, undefined, host.namespace);
    const queue = testQueue();
    const producer = await started(t, createProducer(host, redis, queue));
    const timing = { lockMs: 300, stalledCheckEveryMs: 100 };
    let isAborted = false;
    let isInside = false;
    const stuck = createWorker(
      host,
      redis,
      queue,
      async (_payload, { signal }) => {
        isInside = true;
        await new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            isAborted = true;
            reject(new Error('told to end'));
          });
        });
      },
      { ...timing, stopTimeoutMs: 100 },
    );
    await stuck.start();
    await producer.add('order-1', { atMs: 1 });
    await eventually(() => isInside);

    const startedAt = performance.now();
    await stuck.stop();
    const tookMs = performance.now() - startedAt;
    const seen: string[] = [];
    await started(
      t,
      createWorker(
        other.host,
        other.redis,
        queue,
        async (_payload, { jobId }) => void seen.push(jobId),
        timing,
      ),
    );

    await eventually(() => seen.length === 1);
    t.ok(tookMs < 1500, `${tookMs} ms`);
    t.ok(isAborted);
  },
);

t.test('stop is quick when Redis is away and there is nothing to finish', async (t) => {
  const server = await startRedis({ scope: t });
  const { host, redis } = await createBench(t, server.addr);
  const worker = createWorker(host, redis, testQueue(), async () => undefined);
  await worker.start();
  await server.down('SIGKILL');
  await eventually(() => redis.queueClient().status !== 'ready');

  const startedAt = performance.now();
  await worker.stop();
  await redis.stop();

  t.ok(performance.now() - startedAt < 2500);
});

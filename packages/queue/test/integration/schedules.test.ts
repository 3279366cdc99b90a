import { Queue } from 'bullmq';
import { eventually, startRedis } from '@app/testing';
import t from 'tap';
import { createProducer, createWorker } from '../../src/index.ts';
import { createBench, started, testQueue } from '../support/queue.ts';

t.test('a schedule declared by three nodes, twice each, runs once per interval', async (t) => {
  const { host, redis } = await createBench(t);
  const queue = testQueue();
  const nodes = [1, 2, 3].map(() => createProducer(host, redis, queue));
  const runs: number[] = [];
  for (const node of nodes) await started(t, node);
  await started(
    t,
    createWorker(host, redis, queue, async () => void runs.push(Date.now())),
  );

  await Promise.all(nodes.map((node) => node.every('tick', { everyMs: 200 }, { atMs: 1 })));
  await eventually(() => runs.length >= 3);
  await Promise.all(nodes.map((node) => node.every('tick', { everyMs: 200 }, { atMs: 1 })));
  await eventually(() => runs.length >= 6);

  const tookMs = runs[5]! - runs[0]!;
  t.ok(tookMs >= 800, `six runs took ${tookMs} ms`);
});

t.test('a schedule with another rhythm or payload replaces the first', async (t) => {
  const { host, redis } = await createBench(t);
  const queue = testQueue();
  const producer = await started(t, createProducer(host, redis, queue));
  const raw = new Queue(queue.name, {
    connection: redis.queueClient(),
    prefix: `{${host.namespace}-${queue.name}}`,
  });
  t.teardown(() => raw.close());

  await producer.every('purge', { everyMs: 60_000 }, { atMs: 1 });
  await producer.every('purge', { cron: '0 3 * * *', timeZone: 'Asia/Shanghai' }, { atMs: 2 });

  const schedulers = await raw.getJobSchedulers();
  t.match(schedulers, [
    {
      key: 'purge',
      pattern: '0 3 * * *',
      tz: 'Asia/Shanghai',
      template: { data: { payload: { atMs: 2 } } },
    },
  ]);
  t.equal(schedulers.length, 1);
  t.equal(await raw.getDelayedCount(), 1);
  t.equal(new Date(schedulers[0]?.next ?? 0).getUTCHours(), 19, '03:00 in Shanghai');
});

t.test('a schedule comes back by itself after Redis was wiped', async (t) => {
  const server = await startRedis({ scope: t });
  const { host, redis } = await createBench(t, server.addr);
  const queue = testQueue();
  const producer = await started(
    t,
    createProducer(host, redis, queue, { keepSchedulesEveryMs: 50 }),
  );
  let runs = 0;
  await started(
    t,
    createWorker(host, redis, queue, async () => void (runs += 1)),
  );
  await producer.every('tick', { everyMs: 100 }, { atMs: 1 });
  await eventually(() => runs > 0);

  await server.down('SIGKILL');
  await server.wipe();
  await server.up();
  const before = runs;

  await eventually(() => runs > before + 1, { withinMs: 10_000 });
  t.ok(runs > before + 1);
});

t.test('a schedule whose next job was lost goes on', async (t) => {
  const { host, redis } = await createBench(t);
  const queue = testQueue();
  const producer = await started(
    t,
    createProducer(host, redis, queue, { keepSchedulesEveryMs: 50 }),
  );
  await producer.every('tick', { everyMs: 60_000 }, { atMs: 1 });
  const client = redis.queueClient();
  const key = `{${host.namespace}-${queue.name}}:${queue.name}`;
  const toCome = async (): Promise<string[]> => [
    ...(await client.lrange(`${key}:wait`, 0, -1)),
    ...(await client.zrange(`${key}:delayed`, 0, -1)),
  ];
  const [lost = ''] = await toCome();

  await client.del(`${key}:wait`, `${key}:delayed`, `${key}:${lost}`);

  await eventually(async () => (await toCome()).length === 1);
  t.match(lost, /^repeat:tick:/);
  t.equal(await client.zcard(`${key}:repeat`), 1);
});

t.test('a schedule declared while Redis is away is stored when it comes', async (t) => {
  const server = await startRedis({ scope: t });
  const { host, redis } = await createBench(t, server.addr);
  const queue = testQueue();
  const producer = await started(
    t,
    createProducer(host, redis, queue, { keepSchedulesEveryMs: 50 }),
  );
  await server.down('SIGKILL');
  await eventually(() => redis.queueClient().status !== 'ready');

  await producer.every('tick', { everyMs: 100 }, { atMs: 1 });
  await server.up();
  let runs = 0;
  await started(
    t,
    createWorker(host, redis, queue, async () => void (runs += 1)),
  );

  await eventually(() => runs > 0, { withinMs: 10_000 });
  t.ok(host.entries.some(({ message }) => /schedule could not be stored/.test(message)));
});

t.test('a schedule that was taken back runs no more, and is not made again', async (t) => {
  const { host, redis } = await createBench(t);
  const queue = testQueue();
  const producer = await started(
    t,
    createProducer(host, redis, queue, { keepSchedulesEveryMs: 20 }),
  );
  const raw = new Queue(queue.name, {
    connection: redis.queueClient(),
    prefix: `{${host.namespace}-${queue.name}}`,
  });
  t.teardown(() => raw.close());
  await producer.every('gone', { everyMs: 60_000 }, { atMs: 1 });
  await producer.every('kept', { everyMs: 60_000 }, { atMs: 1 });

  await producer.cease('gone');
  await producer.cease('never-declared');
  await raw.removeJobScheduler('kept');
  await eventually(async () => (await raw.getJobSchedulers()).length === 1);

  t.match(await raw.getJobSchedulers(), [{ key: 'kept' }]);
});

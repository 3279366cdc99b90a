import { register } from 'prom-client';
import { Queue } from 'bullmq';
import { eventually, type TestScope } from '@app/testing';
import t from 'tap';
import { createProducer, createWorker, giveUp, type JobInfo } from '../../src/index.ts';
import {
  createBench,
  started,
  testQueue,
  type TestPayload,
  type TestQueue,
} from '../support/queue.ts';

const metric = async (name: string, labels: Record<string, string>): Promise<number> => {
  const { values } = (await register.getSingleMetric(name)?.get()) ?? { values: [] };
  const found = values.find(({ labels: each }) =>
    Object.entries(labels).every(([key, value]) => each[key] === value),
  );
  return found?.value ?? 0;
};

const bench = async (t: TestScope, queue: TestQueue) => {
  const { host, redis } = await createBench(t);
  const producer = await started(t, createProducer(host, redis, queue));
  const raw = new Queue(queue.name, {
    connection: redis.queueClient(),
    prefix: `{${host.namespace}-${queue.name}}`,
  });
  t.teardown(async () => {
    await raw.obliterate({ force: true });
    await raw.close();
  });
  return { host, redis, producer, raw };
};

/** A handler that remembers; `decide` may throw. */
const recorder = (decide: (info: JobInfo) => void = () => undefined) => {
  const seen: { jobId: string; attempt: number; payload: TestPayload }[] = [];
  const handle = async (payload: TestPayload, info: JobInfo): Promise<void> => {
    seen.push({ jobId: info.jobId, attempt: info.attempt, payload });
    decide(info);
  };
  return { seen, handle };
};

t.test('a job reaches the worker with its payload', async (t) => {
  const queue = testQueue();
  const { host, redis, producer } = await bench(t, queue);
  const { seen, handle } = recorder();
  await started(t, createWorker(host, redis, queue, handle));

  await producer.add('order-1', { atMs: 42 });

  await eventually(() => seen.length === 1);
  t.same(seen, [{ jobId: 'order-1', attempt: 1, payload: { atMs: 42 } }]);
});

t.test(
  'replay: the same job id twice, or 20 times at once, is one job, also after it is done',
  async (t) => {
    const queue = testQueue();
    const { host, redis, producer, raw } = await bench(t, queue);
    const { seen, handle } = recorder();

    await Promise.all(Array.from({ length: 20 }, () => producer.add('order-1', { atMs: 1 })));
    await producer.add('order-1', { atMs: 2 });
    await started(t, createWorker(host, redis, queue, handle));
    await eventually(() => raw.getCompletedCount().then((count) => count === 1));
    await producer.add('order-1', { atMs: 3 });
    await producer.add('order-2', { atMs: 4 });
    await eventually(() => seen.some(({ jobId }) => jobId === 'order-2'));

    t.same(
      seen.map(({ jobId, payload }) => [jobId, payload.atMs]),
      [
        ['order-1', 1],
        ['order-2', 4],
      ],
    );
  },
);

t.test('ids and payloads that do not fit are refused before they reach Redis', async (t) => {
  const { producer, raw } = await bench(t, testQueue());

  await t.rejects(producer.add('8731', { atMs: 1 }), /digits only/);
  await t.rejects(producer.add('order:1', { atMs: 1 }), /colon/);
  await t.rejects(producer.add('order-1', { atMs: -1 }), /does not fit its contract: atMs/);
  await t.rejects(producer.add('order-1', {} as TestPayload), /atMs/);
  await t.rejects(producer.add('order-1', { atMs: 1 }, { delayMs: -5 }), /delayMs/);
  await t.rejects(producer.every('1', { everyMs: 10 }, { atMs: 1 }), /digits only/);
  await t.rejects(producer.every('a', { cron: 'nonsense' }, { atMs: 1 }), /cron pattern/);
  t.throws(
    () => createProducer({} as never, {} as never, testQueue({ name: 'a:b' })),
    /kebab-case/,
  );

  t.equal(await raw.count(), 0);
});

t.test(
  'a delayed job does not run early and a job that was taken back does not run at all',
  async (t) => {
    const queue = testQueue();
    const { host, redis, producer } = await bench(t, queue);
    const { seen, handle } = recorder();
    await started(t, createWorker(host, redis, queue, handle));
    const addedAt = Date.now();

    await producer.add('order-1', { atMs: 1 }, { delayMs: 300 });
    await producer.add('order-2', { atMs: 2 }, { delayMs: 100 });
    t.equal(await producer.remove('order-2'), true);
    t.equal(await producer.remove('order-2'), false);
    await eventually(() => seen.length > 0);

    t.ok(Date.now() - addedAt >= 300);
    t.same(
      seen.map(({ jobId }) => jobId),
      ['order-1'],
    );
  },
);

t.test('late: a job that fires after its row moved on has no effect', async (t) => {
  const queue = testQueue();
  const { host, redis, producer, raw } = await bench(t, queue);
  const row = { status: 'paid' };
  const closed: string[] = [];
  await producer.add('order-1', { atMs: 1 });

  await started(
    t,
    createWorker(host, redis, queue, async (_payload, { jobId }) => {
      if (row.status === 'unpaid') closed.push(jobId);
    }),
  );
  await eventually(() => raw.getCompletedCount().then((count) => count === 1));

  t.same(closed, []);
});

t.test('a job that fails is tried again with its attempt counted', async (t) => {
  const queue = testQueue();
  const { host, redis, producer } = await bench(t, queue);
  const { seen, handle } = recorder(({ attempt }) => {
    if (attempt < 3) throw new Error('not yet');
  });
  await started(t, createWorker(host, redis, queue, handle));

  await producer.add('order-1', { atMs: 1 });

  await eventually(() =>
    metric('app_queue_job_duration_seconds', { queue: queue.name, outcome: 'done' }).then(Boolean),
  );
  t.same(
    seen.map(({ attempt }) => attempt),
    [1, 2, 3],
  );
  t.equal(await metric('app_queue_dead_total', { queue: queue.name }), 0);
});

t.test(
  'a job out of attempts is dead: counted, logged as an error, kept to be looked at',
  async (t) => {
    const queue = testQueue();
    const { host, redis, producer, raw } = await bench(t, queue);
    const { seen, handle } = recorder(() => {
      throw new Error('provider is down');
    });
    await started(t, createWorker(host, redis, queue, handle));

    await producer.add('order-1', { atMs: 1 });
    await eventually(() =>
      metric('app_queue_dead_total', { queue: queue.name }).then((n) => n === 1),
    );

    t.equal(seen.length, 3);
    t.equal((await raw.getJob('order-1'))?.failedReason, 'provider is down');
    const errors = host.entries.filter(({ level }) => level === 'error');
    t.match(errors, [{ fields: { queue: queue.name, jobId: 'order-1', attempts: 3 } }]);
  },
);

t.test('a dead job is made again by ensure, not by add', async (t) => {
  const queue = testQueue({ attemptsMax: 1 });
  const { host, redis, producer, raw } = await bench(t, queue);
  let isProviderDown = true;
  const { seen, handle } = recorder(() => {
    if (isProviderDown) throw new Error('provider is down');
  });
  await started(t, createWorker(host, redis, queue, handle));
  await producer.add('order-1', { atMs: 1 });
  await eventually(() => raw.getFailedCount().then((count) => count === 1));
  isProviderDown = false;

  await producer.add('order-1', { atMs: 1 });
  t.equal(await raw.getFailedCount(), 1);
  t.equal(await producer.ensure('order-1', { atMs: 2 }), true);
  await eventually(() => raw.getCompletedCount().then((count) => count === 1));

  t.same(
    seen.map(({ payload }) => payload.atMs),
    [1, 2],
  );
  t.equal(await raw.getFailedCount(), 0);
});

t.test('ensure leaves a job alone that is on its way', async (t) => {
  const { producer, raw } = await bench(t, testQueue());

  const made = await Promise.all(
    Array.from({ length: 20 }, () => producer.ensure('order-1', { atMs: 1 }, { delayMs: 60_000 })),
  );

  t.ok(made.includes(true));
  t.equal(await raw.getDelayedCount(), 1);
  t.equal(await producer.ensure('order-1', { atMs: 1 }), false);
});

t.test('giveUp makes a job dead at once', async (t) => {
  const queue = testQueue();
  const { host, redis, producer, raw } = await bench(t, queue);
  const { seen, handle } = recorder(() => {
    throw giveUp('there is no such order');
  });
  await started(t, createWorker(host, redis, queue, handle));

  await producer.add('order-1', { atMs: 1 });
  await eventually(() => raw.getFailedCount().then((count) => count === 1));

  t.equal(seen.length, 1);
});

t.test(
  'a payload that no longer fits the contract is dead at once and never reaches the handler',
  async (t) => {
    const queue = testQueue();
    const { host, redis, raw } = await bench(t, queue);
    const { seen, handle } = recorder();
    await raw.add(queue.name, { payload: { old: true } }, { jobId: 'order-1', attempts: 3 });
    await raw.add(queue.name, 'not even an envelope', { jobId: 'order-2', attempts: 3 });

    await started(t, createWorker(host, redis, queue, handle));
    await eventually(() =>
      metric('app_queue_dead_total', { queue: queue.name }).then((n) => n === 2),
    );

    t.same(seen, []);
    const dead = await raw.getJob('order-1');
    t.match(dead?.failedReason, /does not fit its contract/);
    t.equal(dead?.attemptsMade, 1);
  },
);

t.test('what is in a queue is shown on each scrape', async (t) => {
  const queue = testQueue();
  const { producer } = await bench(t, queue);
  await producer.add('order-1', { atMs: 1 });
  await producer.add('order-2', { atMs: 1 }, { delayMs: 60_000 });

  const text = await register.metrics();

  t.match(text, `app_queue_jobs{queue="${queue.name}",state="waiting"} 1`);
  t.match(text, `app_queue_jobs{queue="${queue.name}",state="delayed"} 1`);
  await producer.stop();
  t.notMatch(await register.metrics(), `app_queue_jobs{queue="${queue.name}"`);
});

t.test('no more jobs run at once than the contract says', async (t) => {
  const queue = testQueue({ concurrency: 2 });
  const { host, redis, producer, raw } = await bench(t, queue);
  let [inside, most] = [0, 0];
  await started(
    t,
    createWorker(host, redis, queue, async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 20));
      inside -= 1;
    }),
  );

  for (let order = 1; order <= 8; order += 1) await producer.add(`order-${order}`, { atMs: 1 });
  await eventually(() => raw.getCompletedCount().then((count) => count === 8));

  t.equal(most, 2);
});

import { register } from 'prom-client';
import { eventually, startRedis, uniqueName } from '@app/testing';
import t from 'tap';
import { createSweeper } from '../../src/index.ts';
import { createBench, started } from '../support/queue.ts';

const runs = async (service: string, outcome: string): Promise<number> => {
  const { values } = (await register.getSingleMetric('app_sweeper_runs_total')?.get()) ?? {
    values: [],
  };
  const found = values.find(
    ({ labels }) => labels['service'] === service && labels['outcome'] === outcome,
  );
  return found?.value ?? 0;
};

t.test(
  'of five nodes one sweeps, with one fence, and the others take over when it stops',
  async (t) => {
    const { host, redis } = await createBench(t);
    const service = uniqueName('svc', '-');
    const swept: { node: number; fence: number }[] = [];
    let [inside, most] = [0, 0];
    const nodes = Array.from({ length: 5 }, (_, node) =>
      createSweeper(host, redis, {
        service,
        name: 'rows',
        everyMs: 20,
        sweep: async ({ fence }) => {
          inside += 1;
          most = Math.max(most, inside);
          await new Promise((resolve) => setTimeout(resolve, 5));
          swept.push({ node, fence });
          inside -= 1;
          return 1;
        },
      }),
    );
    for (const node of nodes) await started(t, node);

    await eventually(() => swept.length >= 5);
    const leader = swept[0]!.node;
    t.ok(swept.every(({ node, fence }) => node === leader && fence === swept[0]!.fence));
    await nodes[leader]?.stop();
    const before = swept.length;
    await eventually(() => swept.length >= before + 3);

    const after = swept.slice(before);
    t.ok(after.every(({ node, fence }) => node !== leader && fence > swept[0]!.fence));
    t.equal(new Set(after.map(({ node }) => node)).size, 1);
    t.equal(most, 1);
  },
);

t.test(
  'when the sweeping node dies another one takes over after its lease, with a higher fence',
  async (t) => {
    const one = await createBench(t);
    const other = await createBench(t, undefined, one.host.namespace);
    const service = uniqueName('svc', '-');
    const options = { service, name: 'rows', everyMs: 20, leaseMs: 300 };
    const before: number[] = [];
    const after: number[] = [];
    const dying = createSweeper(one.host, one.redis, {
      ...options,
      sweep: async ({ fence }) => before.push(fence),
    });
    await started(t, dying);
    await eventually(() => before.length > 0);
    await started(
      t,
      createSweeper(other.host, other.redis, {
        ...options,
        sweep: async ({ fence }) => after.push(fence),
      }),
    );
    await eventually(async () => (await runs(service, 'skipped')) > 1);
    t.same(after, []);

    one.redis.client.disconnect(); // what a dead process cannot do is extend its lease
    const diedAt = performance.now();
    await eventually(() => after.length > 0);

    t.ok(performance.now() - diedAt < 1000);
    t.ok(after[0]! > before[0]!);
  },
);

t.test('a sweep that fails is counted and logged and the next one runs', async (t) => {
  const { host, redis } = await createBench(t);
  const service = uniqueName('svc', '-');
  let sweeps = 0;
  await started(
    t,
    createSweeper(host, redis, {
      service,
      name: 'rows',
      everyMs: 20,
      sweep: async () => {
        sweeps += 1;
        if (sweeps <= 2) throw new Error('no database');
        return 0;
      },
    }),
  );

  await eventually(async () => (await runs(service, 'ok')) >= 2);
  t.equal(await runs(service, 'failed'), 2);
  t.equal(host.entries.filter(({ level }) => level === 'error').length, 2);
});

t.test('stop waits for the sweep in hand and no other follows', async (t) => {
  const { host, redis } = await createBench(t);
  let [begun, ended] = [0, 0];
  const sweeper = createSweeper(host, redis, {
    service: uniqueName('svc', '-'),
    name: 'rows',
    everyMs: 20,
    sweep: async () => {
      begun += 1;
      await new Promise((resolve) => setTimeout(resolve, 100));
      ended += 1;
      return 0;
    },
  });
  await sweeper.start();
  await eventually(() => begun === 1);

  await sweeper.stop();
  t.equal(ended, 1);
  await new Promise((resolve) => setTimeout(resolve, 60));

  t.equal(begun, 1);
});

t.test('a sweeper waits while Redis is away and goes on when it is back', async (t) => {
  const server = await startRedis({ scope: t });
  const { host, redis } = await createBench(t, server.addr);
  const service = uniqueName('svc', '-');
  let sweeps = 0;
  await started(
    t,
    createSweeper(host, redis, {
      service,
      name: 'rows',
      everyMs: 30,
      sweep: async () => ((sweeps += 1), 0),
    }),
  );
  await eventually(() => sweeps > 0);

  await server.down('SIGKILL');
  await eventually(async () => (await runs(service, 'locked_out')) > 0);
  await server.wipe();
  await server.up();
  const before = sweeps;

  await eventually(() => sweeps > before, { withinMs: 10_000 });
  t.ok(sweeps > before);
});

import { fileURLToPath } from 'node:url';
import t from 'tap';
import type { DomainError } from '@app/kernel';
import {
  createTestHost,
  dropNamespace,
  eventually,
  freePort,
  spawnNode,
  startNats,
  testNamespace,
  type TestScope,
} from '@app/testing';
import type { Host } from '../../src/index.ts';
import { probe } from '../support/contract.ts';
import { newProbeLog, probeApp } from '../support/node.ts';

const fixture = fileURLToPath(new URL('../fixtures/probe-node.ts', import.meta.url));

const startProbe = async (scope: TestScope, namespace: string, natsUrl?: string): Promise<Host> => {
  const host = await createTestHost({
    service: 'probe',
    namespace,
    scope,
    ...(natsUrl === undefined ? {} : { natsUrl }),
  });
  host.add(probeApp(host, newProbeLog()));
  await host.start();
  return host;
};

const startCaller = async (
  scope: TestScope,
  namespace: string,
  natsUrl?: string,
): Promise<Host> => {
  const host = await createTestHost({
    service: 'caller',
    namespace,
    scope,
    ...(natsUrl === undefined ? {} : { natsUrl }),
  });
  await host.start();
  return host;
};

interface Load {
  readonly failures: { readonly code: string; readonly atMs: number }[];
  done: number;
  /** Resolves when what was begun has ended. */
  stop(): Promise<void>;
}

// Some callers at once, each calling as soon as it has its answer.
const keepCalling = (call: () => Promise<unknown>, callers = 8): Load => {
  let going = true;
  const load: Load = { failures: [], done: 0, stop: async () => undefined };
  const loop = async (): Promise<void> => {
    while (going) {
      await call().then(
        () => (load.done += 1),
        (error: unknown) => {
          load.failures.push({ code: (error as DomainError).code, atMs: performance.now() });
        },
      );
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const loops = Array.from({ length: callers }, loop);
  load.stop = async () => {
    going = false;
    await Promise.all(loops);
  };
  return load;
};

const knows = (host: Host, nodes: number): boolean =>
  (
    host.broker.registry.getActionEndpoints('v1.probe.slow') as { count(): number } | undefined
  )?.count() === nodes;

t.test('a node that stops gracefully fails no call, idempotent or not', async (t) => {
  const namespace = testNamespace();
  const [first, , caller] = [
    await startProbe(t, namespace),
    await startProbe(t, namespace),
    await startCaller(t, namespace),
  ];
  await eventually(() => knows(caller, 2));
  const quick = keepCalling(() => caller.call(probe.actions.once, { text: 'x' }));
  const slow = keepCalling(() => caller.call(probe.actions.slow, { ms: 120 }));
  await eventually(() => quick.done > 200 && slow.done > 10);

  const stoppingMs = performance.now();
  await first.stop();
  const stopMs = performance.now() - stoppingMs;
  const atStop = quick.done;
  await eventually(() => quick.done > atStop + 200);
  await Promise.all([quick.stop(), slow.stop()]);

  t.same(quick.failures, []);
  t.same(slow.failures, []);
  t.ok(knows(caller, 1));
  t.ok(stopMs < 2_500, `nobody sent it anything new: it stopped within ${Math.round(stopMs)} ms`);
});

t.test('a stop waits for what was taken, and answers it', async (t) => {
  const namespace = testNamespace();
  const [host, caller] = [await startProbe(t, namespace), await startCaller(t, namespace)];
  await eventually(() => knows(caller, 1));

  const pending = caller.call(probe.actions.slow, { ms: 900 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  const startedMs = performance.now();
  await host.stop();

  t.match(await pending, { node: host.nodeId });
  t.ok(performance.now() - startedMs >= 700, 'it waited');
});

t.test('a stop takes no longer than it may', async (t) => {
  const namespace = testNamespace();
  const host = await createTestHost({
    service: 'probe',
    namespace,
    scope: t,
    env: { STOP_TIMEOUT_MS: '1000' },
  });
  host.add(probeApp(host));
  await host.start();
  const pending = host.call(probe.actions.slow, { ms: 3_000 });

  const startedMs = performance.now();
  await Promise.all([host.stop(), host.stop()]);

  const tookMs = performance.now() - startedMs;
  t.ok(tookMs < 2_000, `took ${tookMs} ms`);
  await pending;
});

t.test('a killed node costs its calls in flight only, and is forgotten within 3 s', async (t) => {
  const namespace = testNamespace();
  const victim = await spawnNode(fixture, {
    args: [namespace],
    waitFor: /probe is ready/,
    scope: t,
  });
  const [, caller] = [await startProbe(t, namespace), await startCaller(t, namespace)];
  await eventually(() => knows(caller, 2));
  const idempotent = keepCalling(() => caller.call(probe.actions.slow, { ms: 5 }));
  const other = keepCalling(() => caller.call(probe.actions.once, { text: 'x' }), 4);
  await eventually(() => idempotent.done > 100 && other.done > 100);

  await victim.kill9();
  const killedMs = performance.now();
  await eventually(() => knows(caller, 1), { withinMs: 3_000 });
  const noticedMs = performance.now() - killedMs;
  const before = idempotent.done;
  await eventually(() => idempotent.done > before + 100, { withinMs: 3_000 });
  await Promise.all([idempotent.stop(), other.stop()]);

  t.ok(noticedMs < 2_000, `noticed after ${Math.round(noticedMs)} ms`);
  t.same(idempotent.failures, [], 'idempotent calls are repeated elsewhere');
  t.ok(other.failures.length <= 4, 'at most one call of each caller was in flight');
  for (const { code, atMs } of other.failures) {
    t.equal(code, 'SERVICE_UNAVAILABLE');
    t.ok(atMs - killedMs < 3_000, 'it failed fast');
  }
});

t.test('a node that stands still for two seconds is not taken for dead', async (t) => {
  const namespace = testNamespace();
  const slow = await spawnNode(fixture, { args: [namespace], waitFor: /probe is ready/, scope: t });
  const caller = await startCaller(t, namespace);
  await eventually(() => knows(caller, 1));

  process.kill(slow.pid, 'SIGSTOP');
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const known = knows(caller, 1);
  const pending = caller.call(probe.actions.echo, { text: 'x' });
  process.kill(slow.pid, 'SIGCONT');

  t.ok(known);
  t.match(await pending, { text: 'x' });
});

t.test(
  'when NATS is gone readiness says so and calls fail at once; when it is back all is well',
  async (t) => {
    const nats = await startNats({ scope: t });
    const natsUrl = `nats://${nats.addr}`;
    const namespace = testNamespace();
    const [service, caller] = [
      await startProbe(t, namespace, natsUrl),
      await startCaller(t, namespace, natsUrl),
    ];
    await eventually(() => knows(caller, 1));

    await nats.down();
    await eventually(() => !caller.link.connected);
    const startedMs = performance.now();
    const failure = await caller
      .call(probe.actions.echo, { text: 'x' })
      .catch((error: unknown) => error);
    const failedMs = performance.now() - startedMs;
    const local = await service.call(probe.actions.echo, { text: 'local' });
    const report = await service.readiness();

    await nats.up();
    const upMs = performance.now();
    const answer = await eventually(() => caller.call(probe.actions.echo, { text: 'again' }), {
      withinMs: 10_000,
    });
    const recoveredMs = performance.now() - upMs;
    await eventually(async () => (await service.readiness()).ok);

    t.match(failure, { code: 'SERVICE_UNAVAILABLE' });
    t.ok(failedMs < 200, `failed after ${failedMs} ms`);
    t.equal(local.text, 'local', 'calls inside the process need no bus');
    t.match(report, { ok: false, parts: [{ name: 'nats', ok: false, reason: /NATS/ }] });
    t.equal(answer.text, 'again');
    t.ok(recoveredMs < 5_000, `recovered after ${Math.round(recoveredMs)} ms`);
  },
);

t.test('a host without NATS does not start, says why and leaves nothing behind', async (t) => {
  const port = await freePort();
  const host = await createTestHost({ service: 'probe', natsUrl: `nats://127.0.0.1:${port}` });
  const events: string[] = [];
  const store = {
    name: 'store',
    start: async () => void events.push('started'),
    stop: async () => void events.push('stopped'),
  };
  host.add({ name: 'probe', schemas: [], stores: [store], workers: [] });

  await t.rejects(host.start(), { message: /NATS cannot be reached/ });

  t.same(events, ['started', 'stopped']);
});

t.test('namespaces do not see each other', async (t) => {
  const [one, two] = [testNamespace(), testNamespace()];
  const [, stranger] = [await startProbe(t, one), await startCaller(t, two)];

  const failure = await stranger
    .call(probe.actions.echo, { text: 'x' })
    .catch((error: unknown) => error);

  t.match(failure, { code: 'SERVICE_UNAVAILABLE' });
  await dropNamespace(two);
});

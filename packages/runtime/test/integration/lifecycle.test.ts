import t from 'tap';
import { createTestHost, freePort } from '@app/testing';
import { actionHandlers, instrument, metricsText, type Part } from '../../src/index.ts';
import { probe } from '../support/contract.ts';
import { lineLog, newProbeLog, probeApp } from '../support/node.ts';

const recording = (name: string, events: string[], overrides: Partial<Part> = {}): Part => ({
  name,
  start: async () => void events.push(`+${name}`),
  stop: async () => void events.push(`-${name}`),
  ...overrides,
});

t.test('stores start before the workers and stop after them', async (t) => {
  const events: string[] = [];
  const host = await createTestHost({ service: 'probe', scope: t });
  host.add({
    ...probeApp(host),
    stores: [recording('store', events)],
    workers: [recording('worker', events)],
  });

  await host.start();
  await host.stop();
  await host.stop();

  t.same(events, ['+store', '+worker', '-worker', '-store']);
});

t.test('while it stops, a worker can still call and use its store', async (t) => {
  const events: string[] = [];
  const host = await createTestHost({ service: 'probe', scope: t });
  const worker = recording('worker', events, {
    stop: async () => {
      const { text } = await host.call(probe.actions.echo, { text: 'last' });
      events.push(text);
    },
  });
  host.add({ ...probeApp(host), stores: [recording('store', events)], workers: [worker] });

  await host.start();
  await host.stop();

  t.same(events, ['+store', '+worker', 'last', '-store']);
});

t.test('a start that fails stops what was started and nothing else', async (t) => {
  const events: string[] = [];
  const host = await createTestHost({ service: 'probe', scope: t });
  const broken = recording('broken', events, { start: () => Promise.reject(new Error('no luck')) });
  host.add({
    ...probeApp(host),
    stores: [recording('store', events)],
    workers: [recording('first', events), broken, recording('never', events)],
  });

  await t.rejects(host.start(), { message: 'no luck' });

  t.same(events, ['+store', '+first', '-first', '-broken', '-store']);
});

t.test('an app comes before the start, and once', async (t) => {
  const host = await createTestHost({ service: 'probe', scope: t });
  const app = { name: 'probe', schemas: [], stores: [], workers: [] };
  host.add(app);

  t.throws(() => host.add(app), /here already/);
  await host.start();
  t.throws(() => host.add({ ...app, name: 'late' }), /too late/);
});

t.test('readiness asks all parts at once, bounds each, and repeats no secret', async (t) => {
  const host = await createTestHost({ service: 'probe', scope: t });
  const checks: Record<string, () => Promise<void>> = {
    good: () => Promise.resolve(),
    down: () => Promise.reject(new Error('connect ECONNREFUSED mysql://root:hunter2@db:3306')),
    mute: () => new Promise(() => undefined),
  };
  const stores = Object.entries(checks).map(([name, check]) => recording(name, [], { check }));
  host.add({ name: 'probe', schemas: [], stores, workers: [] });
  const before = await host.readiness();
  await host.start();

  const startedMs = performance.now();
  const report = await host.readiness();
  const tookMs = performance.now() - startedMs;

  t.match(before, {
    ok: false,
    parts: [
      { name: 'nats', ok: false },
      { name: 'host', ok: false, reason: 'is new' },
    ],
  });
  t.equal(report.ok, false);
  t.match(Object.fromEntries(report.parts.map((part) => [part.name, part.reason ?? 'ok'])), {
    nats: 'ok',
    good: 'ok',
    down: /ECONNREFUSED/,
    mute: /no answer within 1000 ms/,
  });
  t.notMatch(JSON.stringify(report), /hunter2/);
  t.ok(tookMs < 1_500, `took ${tookMs} ms`);
});

t.test('metrics, health and readiness are served over HTTP', async (t) => {
  const port = await freePort();
  let failing = false;
  const check = () => (failing ? Promise.reject(new Error('down')) : Promise.resolve());
  const host = await createTestHost({
    service: 'probe',
    scope: t,
    env: { METRICS_PORT: String(port) },
  });
  host.add({ ...probeApp(host), stores: [recording('store', [], { check })] });
  await host.start();
  await host.call(probe.actions.echo, { text: 'x' });
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: response.status, body: await response.text() };
  };

  const metrics = await get('/metrics');
  const ready = await get('/ready');
  failing = true;
  const unready = await get('/ready');

  t.equal(metrics.status, 200);
  t.match(
    metrics.body,
    /app_action_duration_seconds_count\{service="probe",action="echo",outcome="ok"\} \d/,
  );
  t.match(metrics.body, /app_action_in_flight_requests 0/);
  t.match(metrics.body, /nodejs_eventloop_lag_seconds/);
  t.match(await get('/health'), { status: 200 });
  t.equal(ready.status, 200);
  t.equal(unready.status, 503);
  t.match(JSON.parse(unready.body), { ok: false });
  t.equal((await get('/secrets')).status, 404);
});

t.test('one action is one observation, under its outcome', async (t) => {
  const host = await createTestHost({ service: 'probe', scope: t });
  host.add(probeApp(host, newProbeLog()));
  await host.start();
  const counts = async (): Promise<string[]> =>
    (await metricsText())
      .split('\n')
      .filter(
        (line) => line.startsWith('app_action_duration_seconds_count') && line.includes('"fail"'),
      );
  await host.call(probe.actions.fail, { how: 'domain' }).catch(() => undefined);
  await host.call(probe.actions.fail, { how: 'bug' }).catch(() => undefined);
  await host.call(probe.actions.fail, {} as never).catch(() => undefined);

  t.same((await counts()).map((line) => line.replace(/.*outcome=/, '')).sort(), [
    '"INTERNAL"} 1',
    '"PROBE_TAKEN"} 1',
    '"VALIDATION_FAILED"} 1',
  ]);
});

t.test('an instrumented use-case is measured, logged once and otherwise the same', async (t) => {
  const log = lineLog();
  const half = instrument({ logger: log.logger }, 'probe', 'half', async (value: number) => {
    if (value % 2 === 1) throw new RangeError('odd');
    return value / 2;
  });

  t.equal(await half(4), 2);
  await t.rejects(half(3), { message: 'odd' });

  const lines = log
    .text()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  t.match(lines, [
    { level: 'info', service: 'probe', usecase: 'half', outcome: 'ok', msg: 'use-case' },
    { level: 'info', usecase: 'half', outcome: 'INTERNAL' },
  ]);
  t.equal(lines.length, 2);
  t.match(
    await metricsText(),
    /app_usecase_duration_seconds_count\{service="probe",usecase="half",outcome="ok"\} 1/,
  );
});

t.test('a contract and its handlers fit, or they do not compile', async (t) => {
  const { actions } = probe;
  const name: string = actions.echo.name;
  const few = {} as const;

  t.equal(name, 'v1.probe.echo');
  // @ts-expect-error handlers are missing
  t.throws(() => actionHandlers(probe, few), /has no handler/);
});

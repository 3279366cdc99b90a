import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CollectedSpan, decodeJaegerBatch, jaegerCollector, traceTree } from '@app/testing';
import { context, SpanKind, trace } from '@opentelemetry/api';
import { register } from 'prom-client';
import t from 'tap';
import {
  extract,
  inject,
  linkTo,
  runWithParent,
  startTracing,
  type TracingConfig,
  withSpan,
} from '../../src/tracing/index.ts';

const collector = await jaegerCollector();
t.teardown(() => collector.close());

const toCollector: TracingConfig = {
  exporter: 'jaeger',
  sampleRatio: 1,
  jaegerAgentHost: '127.0.0.1',
  jaegerAgentPort: collector.port,
};

const traceIdNow = (): string => trace.getSpan(context.active())?.spanContext().traceId ?? 'none';

const byName = (spans: readonly CollectedSpan[], name: string): CollectedSpan => {
  const span = spans.find((each) => each.name === name);
  if (span === undefined) throw new Error(`no span ${name} in:\n${traceTree(spans)}`);
  return span;
};

t.test('nested spans arrive as one tree with kinds, tags and times', async (t) => {
  const tracing = startTracing(toCollector, { service: 'gateway' });
  t.teardown(() => tracing.shutdown());

  const traceId = await withSpan(
    'GET /users/me',
    { 'http.response.status_code': 200, 'http.route': '/users/me', ratio: 0.5, cached: false },
    async () => {
      await withSpan('call user', undefined, () => withSpan('select', undefined, async () => 1), {
        kind: SpanKind.CLIENT,
      });
      return traceIdNow();
    },
    { kind: SpanKind.SERVER },
  );
  await tracing.flush();
  const spans = await collector.waitForTrace(traceId);

  t.equal(traceTree(spans), 'gateway: GET /users/me\n  gateway: call user\n    gateway: select');
  const root = byName(spans, 'GET /users/me');
  t.match(root, { kind: 'server', flags: 1, parentSpanId: undefined, references: [] });
  t.strictSame(
    [root.tags['http.response.status_code'], root.tags.ratio, root.tags.cached],
    [200, 0.5, false],
  );
  t.ok(Math.abs(root.startUs / 1000 - Date.now()) < 10_000, 'the start is now, in microseconds');
  const call = byName(spans, 'call user');
  t.equal(call.kind, 'client');
  t.strictSame(call.references, [{ type: 'CHILD_OF', traceId, spanId: root.spanId }]);
  t.ok(call.durationUs <= root.durationUs, 'a child is not longer than its parent');
});

t.test('a failure is recorded on its span and thrown on as it is', async (t) => {
  const tracing = startTracing(toCollector, { service: 'user' });
  t.teardown(() => tracing.shutdown());
  const failure = Object.assign(new Error('no such address'), { code: 'ADDRESS_NOT_FOUND' });

  let traceId = '';
  const outcome = withSpan('find address', undefined, async () => {
    traceId = traceIdNow();
    throw failure;
  });
  await t.rejects(outcome, failure);
  const synchronous = withSpan('throws at once', undefined, () => {
    throw failure;
  });
  await t.rejects(synchronous, failure, 'a synchronous throw becomes a rejection');
  await tracing.flush();
  const span = byName(await collector.waitForTrace(traceId), 'find address');

  t.match(span.tags, {
    error: true,
    'error.type': 'ADDRESS_NOT_FOUND',
    'otel.status_code': 'ERROR',
    'otel.status_description': 'no such address',
  });
  t.match(span.logs[0]?.fields, { event: 'exception', 'exception.message': 'no such address' });
});

t.test('a trace goes on in another process and a link follows from another trace', async (t) => {
  const tracing = startTracing(toCollector, { service: 'auth' });
  t.teardown(() => tracing.shutdown());

  const sent = await withSpan('sender', undefined, async () => inject());
  const cause = await withSpan('cause', undefined, async () => inject());
  const [, traceId = '', parentId] = sent?.split('-') ?? [];
  await runWithParent(sent, () =>
    withSpan('receiver', undefined, async () => undefined, {
      links: [linkTo(cause), linkTo('no')],
    }),
  );
  await tracing.flush();
  const spans = await collector.waitForTrace(traceId, (all) => all.length === 2);

  const receiver = byName(spans, 'receiver');
  t.equal(receiver.parentSpanId, parentId);
  t.strictSame(
    receiver.references.map(({ type, traceId, spanId }) => [type, `00-${traceId}-${spanId}-01`]),
    [
      ['CHILD_OF', sent],
      ['FOLLOWS_FROM', cause],
    ],
  );
});

t.test('spans of several services in a process keep their own service', async (t) => {
  const tracing = startTracing(toCollector, { service: 'single' });
  t.teardown(() => tracing.shutdown());

  const traceId = await withSpan('request', undefined, async () => {
    await withSpan('login', undefined, () => withSpan('select', undefined, async () => 0), {
      service: 'auth',
    });
    await withSpan('profile', undefined, async () => 0, { service: 'user' });
    return traceIdNow();
  });
  await tracing.flush();
  const spans = await collector.waitForTrace(traceId, (all) => all.length === 4);

  t.equal(traceTree(spans), 'single: request\n  auth: login\n    auth: select\n  user: profile');
});

t.test(
  'more than a packet holds is split, and an oversize span is shortened, not lost',
  async (t) => {
    const tracing = startTracing(toCollector, { service: 'bulk' });
    t.teardown(() => tracing.shutdown());
    const before = collector.packetBytes.length;
    const wide = () =>
      Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`key${n}`, '好'.repeat(1024)]));
    const plain = () => ({ text: 'x'.repeat(1000) });

    const traceId = await withSpan('bulk', undefined, async () => {
      for (let n = 0; n < 200; n += 1) await withSpan(`part ${n}`, plain, async () => n);
      await withSpan('wide', wide, async () => 0);
      return traceIdNow();
    });
    await tracing.flush();
    const spans = await collector.waitForTrace(traceId, (all) => all.length === 202);

    const packets = collector.packetBytes.slice(before);
    t.ok(packets.length >= 4, 'several packets');
    t.ok(Math.max(...packets) <= 65_000, 'none above the limit of a packet');
    t.equal(byName(spans, 'wide').tags.truncated, true);
  },
);

t.test('an unsampled trace sends nothing, makes no attributes, and still has an id', async (t) => {
  const tracing = startTracing({ ...toCollector, sampleRatio: 0 }, { service: 'quiet' });
  t.teardown(() => tracing.shutdown());
  const before = collector.spans().length;
  const never = () => {
    throw new Error('attributes of an unsampled span were made');
  };

  const [outer, inner] = await withSpan('outer', never, async () => {
    const outside = inject();
    return [outside, await withSpan('inner', never, async () => inject())];
  });
  await tracing.flush();

  t.match(outer, /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  t.equal(inner, outer, 'no span was made below an unsampled one');
  t.equal(collector.spans().length, before);
  const sampled = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  await runWithParent(sampled, () => withSpan('sampled elsewhere', undefined, async () => 0));
  await tracing.flush();
  const spans = await collector.waitForTrace('a'.repeat(32), (all) => all.length === 1);
  t.equal(spans[0]?.parentSpanId, 'b'.repeat(16), 'the decision of the first node stands');
});

t.test('without an exporter ids exist and a decision made elsewhere is passed on', async (t) => {
  const tracing = startTracing({ ...toCollector, exporter: 'none' }, { service: 'plain' });
  t.teardown(() => tracing.shutdown());
  const sampled = `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01`;

  t.match(await withSpan('root', undefined, async () => inject()), /-00$/);
  t.equal(
    await runWithParent(sampled, () => withSpan('x', undefined, async () => inject())),
    sampled,
  );
});

t.test('a traceparent that is none starts a trace of its own', async (t) => {
  const tracing = startTracing(toCollector, { service: 'auth' });
  t.teardown(() => tracing.shutdown());

  t.equal(inject(), undefined, 'outside any span there is nothing to send');
  await withSpan('outer', undefined, async () => {
    for (const bad of [
      undefined,
      '',
      'x',
      '00-zz-zz-01',
      `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`,
    ]) {
      t.equal(trace.getSpan(extract(bad)), undefined, `${bad}`);
    }
  });
});

t.test('without startTracing everything runs and nothing is recorded', async (t) => {
  t.equal(await withSpan('nothing', undefined, async () => 7), 7);
  t.equal(inject(), undefined);
});

t.test('two hosts of a process share one tracer; the last one out turns it off', async (t) => {
  const first = startTracing(toCollector, { service: 'one' });
  const second = startTracing({ ...toCollector, sampleRatio: 0 }, { service: 'two' });

  await first.shutdown();
  await first.shutdown();
  const traceId = await withSpan('still on', undefined, async () => traceIdNow());
  await second.shutdown();
  const spans = await collector.waitForTrace(traceId);

  t.equal(spans[0]?.service, 'one', 'the first configuration stands');
  t.equal(await withSpan('off', undefined, async () => inject()), undefined);
});

t.test('a collector gets the same spans by HTTP, and one that fails hurts nobody', async (t) => {
  const bodies: Buffer[] = [];
  let status = 202;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks));
      response.writeHead(status).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}/api/traces`;
  const tracing = startTracing({ ...toCollector, jaegerEndpoint: endpoint }, { service: 'http' });

  await withSpan('first', undefined, async () => 0);
  await tracing.flush();
  status = 500;
  await withSpan('refused', undefined, async () => 0);
  await tracing.flush();
  server.closeAllConnections();
  server.close();
  await withSpan('nobody there', undefined, async () => 0);
  await tracing.shutdown();

  t.match(decodeJaegerBatch(bodies[0] ?? Buffer.alloc(0)), [{ name: 'first', service: 'http' }]);
  t.equal(bodies.length, 2);
  const { values = [] } = (await register.getSingleMetric('app_trace_spans_total')?.get()) ?? {};
  t.equal(values.find(({ labels }) => labels.outcome === 'failed')?.value, 2, 'and is counted');
});

t.test('OTLP is the alternative: the same spans as JSON over HTTP', async (t) => {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(`${request.url ?? ''} ${Buffer.concat(chunks).toString()}`);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const otlpEndpoint = `http://127.0.0.1:${port}/v1/traces`;
  const tracing = startTracing(
    { ...toCollector, exporter: 'otlp', otlpEndpoint },
    { service: 'otlp-service' },
  );

  const traceId = await withSpan('exported', undefined, async () => traceIdNow());
  await tracing.shutdown();

  t.equal(bodies.length, 1);
  for (const part of ['/v1/traces', traceId, '"exported"', 'otlp-service'])
    t.match(bodies[0], part);
});

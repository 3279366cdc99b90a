import { eventually, jaegerCollector } from '@app/testing';
import { inject, requestContext, runInRequest, startTracing, withSpan } from '@app/runtime';
import t from 'tap';
import { createProducer, createWorker } from '../../src/index.ts';
import { createBench, started, testQueue, type TestPayload } from '../support/queue.ts';

const traceIdHere = (): string => inject()?.split('-')[1] ?? '';

t.test('a job is part of the trace and the request that added it, over Redis', async (t) => {
  const collector = await jaegerCollector();
  const tracing = startTracing(
    {
      exporter: 'jaeger',
      sampleRatio: 1,
      jaegerAgentHost: '127.0.0.1',
      jaegerAgentPort: collector.port,
    },
    { service: 'test' },
  );
  t.teardown(async () => {
    await tracing.shutdown();
    await collector.close();
  });
  const { host, redis } = await createBench(t);
  const queue = testQueue();
  const producer = await started(t, createProducer(host, redis, queue));
  const seen: { traceId: string; requestId: string | undefined }[] = [];
  await started(
    t,
    createWorker(host, redis, queue, async (_payload: TestPayload) => {
      seen.push({ traceId: traceIdHere(), requestId: requestContext()?.requestId });
      await redis.client.set('test:job:1', 'done', 'EX', 10);
    }),
  );

  const traceId = await runInRequest({ requestId: 'request-1', locale: 'en' }, () =>
    withSpan('POST /orders', undefined, async () => {
      await producer.add('order-1', { atMs: 1 });
      return traceIdHere();
    }),
  );
  await eventually(() => seen.length === 1);
  await tracing.flush();
  const spans = await collector.waitForTrace(traceId, (all) => all.length >= 4);

  t.same(seen, [{ traceId, requestId: 'request-1' }]);
  const named = (name: string) => spans.find((span) => span.name === name);
  const [root, add, work] = ['POST /orders', `add ${queue.name}`, `process ${queue.name}`].map(
    named,
  );
  t.match(add, { kind: 'producer', parentSpanId: root?.spanId });
  t.match(work, {
    kind: 'consumer',
    parentSpanId: add?.spanId,
    tags: { 'messaging.message.id': 'order-1' },
  });
  t.ok(
    work?.references.some(({ type, spanId }) => type === 'FOLLOWS_FROM' && spanId === add?.spanId),
  );
  t.match(named('redis set'), { kind: 'client', parentSpanId: work?.spanId });
});

t.test('a job that a schedule made starts a trace and a request of its own', async (t) => {
  const collector = await jaegerCollector();
  const tracing = startTracing(
    {
      exporter: 'jaeger',
      sampleRatio: 1,
      jaegerAgentHost: '127.0.0.1',
      jaegerAgentPort: collector.port,
    },
    { service: 'test' },
  );
  t.teardown(async () => {
    await tracing.shutdown();
    await collector.close();
  });
  const { host, redis } = await createBench(t);
  const queue = testQueue();
  const producer = await started(t, createProducer(host, redis, queue));
  const seen: { traceId: string; requestId: string | undefined }[] = [];
  await started(
    t,
    createWorker(host, redis, queue, async () => {
      seen.push({ traceId: traceIdHere(), requestId: requestContext()?.requestId });
    }),
  );

  const declaring = await withSpan('start', undefined, async () => {
    await producer.every('tick', { everyMs: 50 }, { atMs: 1 });
    return traceIdHere();
  });
  await eventually(() => seen.length >= 2);

  const traceIds = new Set(seen.map(({ traceId }) => traceId));
  t.equal(traceIds.size, seen.length);
  t.notOk(traceIds.has(declaring));
  t.equal(new Set(seen.map(({ requestId }) => requestId)).size, seen.length);
});

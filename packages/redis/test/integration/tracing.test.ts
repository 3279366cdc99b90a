import { jaegerCollector, type TestScope } from '@app/testing';
import { inject, startTracing, withSpan } from '@app/runtime';
import t from 'tap';
import { createFencedLock } from '../../src/index.ts';
import { connect, fakeHost } from '../support/redis.ts';

const traced = async (scope: TestScope, sampleRatio: number) => {
  const collector = await jaegerCollector();
  const tracing = startTracing(
    {
      exporter: 'jaeger',
      sampleRatio,
      jaegerAgentHost: '127.0.0.1',
      jaegerAgentPort: collector.port,
    },
    { service: 'test' },
  );
  scope.teardown(async () => {
    await tracing.shutdown();
    await collector.close();
  });
  return { collector, tracing };
};

t.test(
  'each request has the spans of its own commands, also when they travel in one pipeline',
  async (t) => {
    const { collector, tracing } = await traced(t, 1);
    const redis = await connect(t, { host: fakeHost() });

    const traceIds = await Promise.all(
      ['set', 'get', 'del'].map((command) =>
        withSpan(`request ${command}`, undefined, async () => {
          if (command === 'set')
            await redis.client.set('user:secret:13812345678', 'token', 'EX', 10);
          if (command === 'get') await redis.client.get('user:secret:13812345678');
          if (command === 'del') await redis.client.del('user:secret:13812345678');
          return inject()?.split('-')[1] ?? '';
        }),
      ),
    );
    await tracing.flush();

    for (const [index, command] of ['set', 'get', 'del'].entries()) {
      const spans = await collector.waitForTrace(traceIds[index] ?? '', (all) => all.length === 2);
      const root = spans.find(({ name }) => name === `request ${command}`);
      const child = spans.find(({ name }) => name === `redis ${command}`);
      t.match(child, {
        kind: 'client',
        parentSpanId: root?.spanId,
        tags: { 'db.system.name': 'redis' },
      });
      t.notMatch(JSON.stringify(spans), /13812345678|token/, 'no key and no value in a span');
    }
  },
);

t.test('scripts and transactions have one span, failures are marked', async (t) => {
  const { collector, tracing } = await traced(t, 1);
  const redis = await connect(t, { host: fakeHost() });
  const lock = createFencedLock(redis, 'test');

  const traceId = await withSpan('request', undefined, async () => {
    await (await lock.acquire('job', { ttlMs: 1000 }))?.release();
    await redis.client.multi().set('a', '1', 'EX', 10).get('a').exec();
    await t.rejects(redis.client.incr('a').then(() => redis.client.lpush('a', 'x')));
    return inject()?.split('-')[1] ?? '';
  });
  await tracing.flush();
  const spans = await collector.waitForTrace(traceId, (all) => all.length >= 6);

  t.same(spans.map(({ name }) => name).sort(), [
    'redis incr',
    'redis lock-acquire',
    'redis lock-release',
    'redis lpush',
    'redis multi',
    'request',
  ]);
  t.match(spans.find(({ name }) => name === 'redis lpush')?.tags, { error: true });
});

t.test('work outside of any request leaves no span', async (t) => {
  const { collector, tracing } = await traced(t, 1);
  const redis = await connect(t, { host: fakeHost() });

  await redis.client.get('a');
  await redis.client.multi().get('a').exec();
  await tracing.flush();
  const marker = await withSpan('marker', undefined, async () => inject()?.split('-')[1] ?? '');
  await tracing.flush();
  await collector.waitForTrace(marker);

  t.same(
    collector.spans().map(({ name }) => name),
    ['marker'],
  );
});

t.test('a request that is not sampled leaves no span', async (t) => {
  const { collector, tracing } = await traced(t, 0);
  const redis = await connect(t, { host: fakeHost() });

  await withSpan('request', undefined, () => redis.client.set('a', '1', 'EX', 10));
  await tracing.flush();

  t.equal(collector.spans().length, 0);
});

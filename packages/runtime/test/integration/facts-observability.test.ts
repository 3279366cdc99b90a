import { eventually, jaegerCollector, traceTree } from '@app/testing';
import { register } from 'prom-client';
import t from 'tap';
import { requestContext } from '../../src/context.ts';
import { inject, startTracing, withSpan } from '../../src/tracing/index.ts';
import { aFact, recorder, startBus } from '../support/facts.ts';

t.test('an effect belongs to the request that led to its fact', async (t) => {
  const bus = await startBus(t);
  const seen: (string | undefined)[] = [];
  await bus
    .consume({
      consumer: 'auth-user',
      fact: 'user.registered',
      handle: () => {
        seen.push(requestContext()?.requestId);
        return Promise.resolve();
      },
    })
    .start();

  await bus.publish(aFact({ requestId: 'request-0001' }));
  await eventually(() => seen.length === 1);

  t.strictSame(seen, ['request-0001']);
});

t.test('publisher and consumer are in one trace', async (t) => {
  const collector = await jaegerCollector();
  t.teardown(() => collector.close());
  const tracing = startTracing(
    {
      exporter: 'jaeger',
      sampleRatio: 1,
      jaegerAgentHost: '127.0.0.1',
      jaegerAgentPort: collector.port,
    },
    { service: 'single' },
  );
  t.teardown(() => tracing.shutdown());
  const bus = await startBus(t);
  const { handle, got } = recorder();
  await bus
    .consume({
      consumer: 'auth-user',
      fact: 'user.registered',
      service: 'auth',
      handle: (fact) => withSpan('revoke sessions', undefined, () => handle(fact)),
    })
    .start();

  const request = await withSpan('freeze', undefined, async () => inject(), { service: 'user' });
  // As an outbox relay does it: later, outside the request, with the trace that the row keeps.
  await bus.publish(aFact({ ...(request === undefined ? {} : { traceparent: request }) }));
  await eventually(() => got.length === 1);
  await tracing.flush();
  const spans = await collector.waitForTrace(
    request?.split('-')[1] ?? '',
    (all) => all.length === 4,
  );

  t.equal(
    traceTree(spans),
    'user: freeze\n  single: publish user.registered\n    auth: process user.registered\n      auth: revoke sessions',
  );
  t.strictSame(spans.map(({ kind }) => kind).sort(), [
    'consumer',
    'internal',
    'internal',
    'producer',
  ]);
});

t.test('metrics tell how many, how old and how far behind', async (t) => {
  const bus = await startBus(t);
  const { handle, got } = recorder();

  await bus.publish(aFact({ name: 'metric.counted', occurredAtMs: Date.now() - 2000 }));
  await bus.consume({ consumer: 'metric-consumer', fact: 'metric.counted', handle }).start();
  await eventually(() => got.length === 1);
  await bus.stop();

  const text = await register.metrics();
  t.match(text, 'app_fact_handled_total{consumer="metric-consumer",outcome="ok"} 1');
  t.match(text, 'app_fact_published_total{fact="metric.counted"} 1');
  t.match(text, 'app_fact_age_seconds_bucket{le="1",consumer="metric-consumer"} 0');
  t.match(text, 'app_fact_age_seconds_count{consumer="metric-consumer"} 1');
});

t.test('the lag counts what waits and what is in hand', async (t) => {
  const bus = await startBus(t);
  const gate = Promise.withResolvers<undefined>();
  const lag = async () => {
    const { values = [] } = (await register.getSingleMetric('app_fact_consumer_lag')?.get()) ?? {};
    return values.find(({ labels }) => labels.consumer === 'lagging-consumer')?.value;
  };

  for (let n = 0; n < 5; n += 1) await bus.publish(aFact());
  await bus
    .consume({
      consumer: 'lagging-consumer',
      fact: 'user.registered',
      maxInFlight: 2,
      handle: () => gate.promise,
    })
    .start();
  await eventually(async () => (await lag()) === 5);
  gate.resolve(undefined);
  await bus.stop();

  t.equal(await lag(), undefined, 'a consumer that is not here reports nothing');
});

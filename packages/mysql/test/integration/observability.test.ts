import t from 'tap';
import { sql } from 'kysely';
import { register } from 'prom-client';
import { startTracing, withSpan } from '@app/runtime';
import { eventually, jaegerCollector } from '@app/testing';
import { createOutbox } from '../../src/index.ts';
import { happened, memoryFacts } from '../support/facts.ts';
import { openStore } from '../support/store.ts';

const store = await openStore(t, 'observability', { mysqlPoolSize: 2 });
const { db, host } = store;
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

t.test('statements hang below the span of the request, without their values', async (t) => {
  let traceId = '';
  await withSpan('request', undefined, async (span) => {
    traceId = span.spanContext().traceId;
    await db.transaction(async (tx) => {
      await tx.insertInto('effect').values({ name: 'secret value' }).execute();
    });
  });
  await tracing.flush();

  const spans = await collector.waitForTrace(traceId);
  const request = spans.find(({ name }) => name === 'request');
  const statement = spans.find(({ name }) => name === 'mysql insert');
  t.match(statement, {
    parentSpanId: request?.spanId,
    kind: 'client',
    tags: {
      'db.system.name': 'mysql',
      'db.namespace': store.place.schema,
      'db.query.text': 'insert into `effect` (`name`) values (?)',
    },
  });
  t.notMatch(JSON.stringify(spans), /secret value/);
});

t.test('outside of a request a statement starts no trace of its own', async (t) => {
  await sql`select 'no trace'`.execute(db.write);
  await tracing.flush();

  t.notOk(collector.spans().some(({ tags }) => String(tags['db.query.text']).includes('no trace')));
});

t.test('a fact remembers the trace it was told in, and is published in it', async (t) => {
  const facts = memoryFacts();
  let seen: string | undefined;
  const outbox = createOutbox(db, {
    ...host,
    facts: {
      ...facts,
      publish: async (message) => {
        await withSpan('publish', undefined, (span) => {
          seen = span.spanContext().traceId;
          return facts.publish(message);
        });
      },
    },
  });
  let traceId = '';
  await withSpan('request', undefined, async (span) => {
    traceId = span.spanContext().traceId;
    await db.transaction((tx) => outbox.add(tx, happened, { name: 'traced' }));
  });

  await outbox.relay.start();
  t.teardown(() => outbox.relay.stop());
  await eventually(() => facts.published.length === 1);

  t.equal(seen, traceId);
  t.match(facts.published[0]?.traceparent, new RegExp(`^00-${traceId}-`));
});

t.test('the metrics show the pool and what statements take', async (t) => {
  const asleep = [1, 2, 3].map(() => sql`select sleep(0.3)`.execute(db.write));
  const pool = async (): Promise<string> =>
    await register.getSingleMetricAsString('app_mysql_pool_connections');

  await eventually(async () => {
    const text = await pool();
    return /pool="write",state="busy"\} 2/.test(text) && /state="waiting"\} 1/.test(text);
  });
  await Promise.all(asleep);
  t.match(await pool(), /state="busy"\} 0/);
  t.match(await pool(), /state="idle"\} 2/);
  t.match(
    await register.getSingleMetricAsString('app_mysql_statement_duration_seconds'),
    /kind="insert"/,
  );
});

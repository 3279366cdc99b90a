import { DomainError } from '@app/kernel';
import { eventually, spawnNode, testEnv } from '@app/testing';
import { connect } from 'nats';
import { register } from 'prom-client';
import t from 'tap';
import type { FactDelivery } from '../../src/facts/index.ts';
import { aFact, quick, recorder, startBus } from '../support/facts.ts';

t.test('a fact that is published several times is delivered once', async (t) => {
  const bus = await startBus(t);
  const { handle, got } = recorder();
  const fact = aFact({ requestId: 'r1', payload: { name: '张小明', deep: [1, null, { a: 'b' }] } });
  const marker = aFact();

  await Promise.all([bus.publish(fact), bus.publish(fact), bus.publish(fact)]);
  await bus.publish(fact);
  await bus.publish(marker);
  await bus.consume({ consumer: 'auth-user', fact: 'user.registered', handle }).start();
  await eventually(() => got.some(({ id }) => id === marker.id));

  t.strictSame(got, [
    { ...fact, attempt: 1 },
    { ...marker, attempt: 1 },
  ]);
});

t.test('every consumer gets every fact of its name and no other', async (t) => {
  const bus = await startBus(t);
  const auth = recorder();
  const activity = recorder();
  const frozen = aFact({ name: 'user.frozen' });
  const registered = aFact();

  await bus
    .consume({ consumer: 'auth-user', fact: 'user.registered', handle: auth.handle })
    .start();
  await bus
    .consume({ consumer: 'activity-user', fact: 'user.registered', handle: activity.handle })
    .start();
  await bus.publish(frozen);
  await bus.publish(registered);
  await eventually(() => auth.got.length > 0 && activity.got.length > 0);

  t.strictSame(auth.ids(), [registered.id]);
  t.strictSame(activity.ids(), [registered.id]);
});

t.test('instances of a service share its facts, each fact going to one of them', async (t) => {
  const first = await startBus(t);
  const second = await startBus(t, { namespace: first.namespace });
  const [a, b] = [recorder(), recorder()];
  const slow = (record: typeof a) => async (fact: FactDelivery) => {
    await record.handle(fact);
    await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const options = { consumer: 'auth-user', fact: 'user.registered', maxInFlight: 2 };
  const facts = Array.from({ length: 40 }, () => aFact());

  await first.consume({ ...options, handle: slow(a) }).start();
  await second.consume({ ...options, handle: slow(b) }).start();
  await Promise.all(facts.map((fact) => first.publish(fact)));
  await eventually(() => a.got.length + b.got.length >= facts.length);

  t.strictSame([...a.ids(), ...b.ids()].sort(), facts.map(({ id }) => id).sort());
  t.ok(a.got.length > 0 && b.got.length > 0, `shared ${a.got.length}:${b.got.length}`);
});

t.test('a failed fact comes again after a pause with the next attempt number', async (t) => {
  const bus = await startBus(t);
  const attempts: number[] = [];

  await bus
    .consume({
      consumer: 'auth-user',
      fact: 'user.registered',
      backoff: quick,
      handle: ({ attempt }) => {
        attempts.push(attempt);
        return attempt < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve();
      },
    })
    .start();
  await bus.publish(aFact());
  await eventually(() => attempts.length === 3);

  t.strictSame(attempts, [1, 2, 3]);
  t.strictSame((await bus.dead.list()).items, []);
});

t.test('an outage of what a handler needs uses up no attempts', async (t) => {
  const bus = await startBus(t);
  const attempts: number[] = [];

  await bus
    .consume({
      consumer: 'auth-user',
      fact: 'user.registered',
      backoff: quick,
      attemptsMax: 2,
      handle: ({ attempt }) => {
        attempts.push(attempt);
        return attempts.length <= 4
          ? Promise.reject(new DomainError('SERVICE_UNAVAILABLE', 'unavailable'))
          : Promise.resolve();
      },
    })
    .start();
  await bus.publish(aFact());
  await eventually(() => attempts.length === 5);

  t.strictSame(attempts, [1, 1, 1, 1, 1]);
  t.equal(
    bus.logger.entries.filter(({ level }) => level === 'warn').length,
    1,
    'one line per outage',
  );
});

t.test('a handler that takes longer than the ack wait keeps its fact', async (t) => {
  const bus = await startBus(t, { ackWaitMs: 300 });
  const { handle, got } = recorder();

  await bus
    .consume({
      consumer: 'slow-user',
      fact: 'user.registered',
      handle: async (fact) => {
        await handle(fact);
        await new Promise((resolve) => setTimeout(resolve, 1200));
      },
    })
    .start();
  await bus.publish(aFact());
  await eventually(async () => (await metric('app_fact_handled_total', 'slow-user', 'ok')) > 0);

  t.equal(got.length, 1);
});

t.test('a process killed between effect and answer leads to another delivery', async (t) => {
  const bus = await startBus(t, { ackWaitMs: 600 });
  const fact = aFact();
  const { handle, got } = recorder();

  const child = await spawnNode(`${import.meta.dirname}/../fixtures/crashing-consumer.ts`, {
    args: [testEnv().nats.url, bus.namespace],
    waitFor: /^ready/,
    scope: t,
  });
  await bus.publish(fact);
  await child.waitForLine(new RegExp(`handled ${fact.id} 1`));
  await child.kill9();
  await bus.consume({ consumer: 'auth-user', fact: 'user.registered', handle }).start();
  await eventually(() => got.length > 0);

  t.strictSame(got, [{ ...fact, attempt: 2 }]);
});

t.test('stopping ends what is in hand and gives back the rest at once', async (t) => {
  const first = await startBus(t);
  const second = await startBus(t, { namespace: first.namespace });
  const [a, b] = [recorder(), recorder()];
  const gate = Promise.withResolvers<undefined>();
  const options = { consumer: 'auth-user', fact: 'user.registered' };
  const facts = Array.from({ length: 12 }, () => aFact());
  const holder = first.consume({
    ...options,
    maxInFlight: 4,
    handle: async (fact) => {
      await a.handle(fact);
      await gate.promise;
    },
  });

  await holder.start();
  await Promise.all(facts.map((fact) => first.publish(fact)));
  await eventually(() => a.got.length === 4);
  let stopped = false;
  const stopping = holder.stop().then(() => (stopped = true));
  await second.consume({ ...options, handle: b.handle }).start();
  await eventually(() => b.got.length === 8);
  t.notOk(stopped, 'it waits for what it has in hand');
  gate.resolve(undefined);
  await stopping;

  t.strictSame([...a.ids(), ...b.ids()].sort(), facts.map(({ id }) => id).sort());
});

t.test('what is on its way to an instance that stops goes to another without delay', async (t) => {
  const bus = await startBus(t);
  const { handle, ids } = recorder();
  const facts = Array.from({ length: 300 }, () => aFact());
  const options = { fact: 'user.registered', consumer: 'auth-user', maxInFlight: 100 };
  await Promise.all(facts.map((fact) => bus.publish(fact)));

  // It stops at the first fact, while the server is sending it 99 more.
  const instance = await startBus(t, { namespace: bus.namespace });
  const stopped = Promise.withResolvers<undefined>();
  const part = instance.consume({
    ...options,
    handle: (fact) => {
      void part.stop().then(() => stopped.resolve(undefined));
      return handle(fact);
    },
  });
  await part.start();
  await stopped.promise;
  t.ok(ids().length < 100, `it handled ${ids().length} of the 100 it had asked for`);
  await bus.consume({ ...options, handle }).start();
  await eventually(() => new Set(ids()).size === facts.length);

  t.equal(ids().length, facts.length, 'each of them once');
});

t.test(
  'two processes may set everything up at the same moment, and limits that differ are corrected',
  async (t) => {
    const first = await startBus(t);
    const nats = await connect({ servers: testEnv().nats.url.replace('nats://', '') });
    t.teardown(() => nats.close());
    const jsm = await nats.jetstreamManager();
    const stream = `${first.namespace.toUpperCase()}_FACTS`;
    await jsm.streams.delete(stream);
    await jsm.streams.add({ name: stream, subjects: [`${first.namespace}.fact.>`], max_age: 1e12 });

    const buses = await Promise.all(
      Array.from({ length: 5 }, () => startBus(t, { namespace: first.namespace })),
    );
    const { handle } = recorder();
    await Promise.all(
      buses.map((bus) =>
        bus.consume({ consumer: 'auth-user', fact: 'user.registered', handle }).start(),
      ),
    );

    const { config } = await jsm.streams.info(stream);
    t.match(config, { max_age: 7 * 24 * 3600 * 1e9, duplicate_window: 120e9, storage: 'file' });
    const consumers = await jsm.consumers.list(stream).next();
    t.match(
      consumers.map((consumer) => consumer.config),
      [
        {
          durable_name: 'auth-user',
          ack_policy: 'explicit',
          ack_wait: 30e9,
          max_ack_pending: 5000,
        },
      ],
    );
  },
);

t.test('what is no fact is refused before it reaches the stream', async (t) => {
  const bus = await startBus(t);

  await t.rejects(bus.publish(aFact({ name: 'nodot' })), /is not a fact's name/);
  await t.rejects(
    bus.publish(aFact({ payload: 'x'.repeat(300_000) })),
    /at most 262144 are allowed/,
  );
  const { handle } = recorder();
  t.throws(
    () => bus.consume({ consumer: 'a.b', fact: 'user.registered', handle }),
    /not a consumer's name/,
  );
  bus.consume({ consumer: 'twice', fact: 'user.registered', handle });
  t.throws(() => bus.consume({ consumer: 'twice', fact: 'user.frozen', handle }), /exists already/);
});

const metric = async (name: string, consumer: string, outcome: string): Promise<number> => {
  const { values = [] } = (await register.getSingleMetric(name)?.get()) ?? {};
  return (
    values.find(({ labels }) => labels.consumer === consumer && labels.outcome === outcome)
      ?.value ?? 0
  );
};

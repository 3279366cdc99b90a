import { eventually, testEnv } from '@app/testing';
import { connect } from 'nats';
import t from 'tap';
import type { FactBus } from '../../src/facts/index.ts';
import { aFact, quick, recorder, startBus } from '../support/facts.ts';

const rejecting = (code: string) => () =>
  Promise.reject(Object.assign(new Error(`it is ${code}\nsecond line`), { code }));

const oneDead = async (bus: FactBus, code: string) => {
  const { items } = await eventually(async () => {
    const page = await bus.dead.list();
    if (page.items.length !== 1) throw new Error(`${page.items.length} are dead`);
    return page;
  });
  const [dead] = items;
  if (dead?.error.code !== code) throw new Error(`died of ${dead?.error.code}`);
  return dead;
};

t.test(
  'after the last attempt a fact waits in the dead letters, for that consumer only',
  async (t) => {
    const bus = await startBus(t);
    const healthy = recorder();
    const fact = aFact({ requestId: 'r1' });
    let attempts = 0;

    await bus
      .consume({
        consumer: 'auth-user',
        fact: 'user.registered',
        attemptsMax: 3,
        backoff: quick,
        handle: () => {
          attempts += 1;
          return rejecting('ROW_IS_BAD')();
        },
      })
      .start();
    await bus
      .consume({ consumer: 'activity-user', fact: 'user.registered', handle: healthy.handle })
      .start();
    await bus.publish(fact);
    const dead = await oneDead(bus, 'ROW_IS_BAD');

    t.equal(attempts, 3);
    t.strictSame(healthy.ids(), [fact.id]);
    t.match(dead, {
      consumer: 'auth-user',
      attempts: 3,
      error: { code: 'ROW_IS_BAD', message: 'it is ROW_IS_BAD second line' },
      fact,
    });
    t.strictSame(await bus.dead.get(dead.seq), dead);
    t.equal(await bus.dead.get(dead.seq + 1), undefined);
  },
);

t.test(
  'a replay reaches the consumer that failed and no other, and takes the fact out',
  async (t) => {
    const bus = await startBus(t);
    const other = recorder();
    const repaired = recorder();
    let broken = true;
    const fact = aFact();
    await bus
      .consume({
        consumer: 'auth-user',
        fact: 'user.registered',
        attemptsMax: 1,
        handle: (delivery) => (broken ? rejecting('BUG')() : repaired.handle(delivery)),
      })
      .start();
    await bus
      .consume({ consumer: 'activity-user', fact: 'user.registered', handle: other.handle })
      .start();
    await bus.publish(fact);
    const dead = await oneDead(bus, 'BUG');

    broken = false;
    await bus.dead.replay(dead.seq);
    await eventually(() => repaired.got.length === 1);

    t.strictSame(repaired.got, [{ ...fact, attempt: 1 }]);
    t.strictSame(other.ids(), [fact.id], 'the other consumer saw it once');
    t.strictSame((await bus.dead.list()).items, []);
    await t.rejects(bus.dead.replay(dead.seq), /there is no dead fact/);
  },
);

t.test('a fact that dies again after a replay is in the dead letters again', async (t) => {
  const bus = await startBus(t);
  await bus
    .consume({
      consumer: 'auth-user',
      fact: 'user.registered',
      attemptsMax: 1,
      handle: rejecting('BUG'),
    })
    .start();
  await bus.publish(aFact());
  const first = await oneDead(bus, 'BUG');

  await bus.dead.replay(first.seq);
  const second = await eventually(async () => {
    const dead = await oneDead(bus, 'BUG');
    if (dead.seq === first.seq) throw new Error('still the first');
    return dead;
  });

  t.equal(second.fact?.id, first.fact?.id);
  await bus.dead.replay(second.seq);
  await eventually(async () => (await oneDead(bus, 'BUG')).seq > second.seq);
});

t.test('bytes that are no fact are dead at once and hold up nothing', async (t) => {
  const bus = await startBus(t);
  const { handle, got } = recorder();
  const nats = await connect({ servers: testEnv().nats.url.replace('nats://', '') });
  t.teardown(() => nats.close());
  const after = aFact();

  for (const poison of ['{"id":', '[]', '{"id":"","name":"x","occurredAtMs":1}', '\xff\xfe']) {
    await nats
      .jetstream()
      .publish(`${bus.namespace}.fact.user.registered`, Buffer.from(poison, 'latin1'));
  }
  await bus.publish(after);
  await bus.consume({ consumer: 'auth-user', fact: 'user.registered', handle }).start();
  await eventually(() => got.length === 1);
  const { items } = await eventually(async () => {
    const page = await bus.dead.list();
    if (page.items.length !== 4) throw new Error(`${page.items.length} are dead`);
    return page;
  });

  t.strictSame(
    items.map(({ error, attempts, fact }) => [error.code, attempts, fact]),
    Array.from({ length: 4 }, () => ['UNDECODABLE', 1, undefined]),
  );
  t.ok(
    items.some(({ raw }) => raw === '{"id":'),
    'the bytes can be looked at',
  );
});

t.test('a fact that killed its process each time is not tried again', async (t) => {
  const bus = await startBus(t, { ackWaitMs: 200 });
  const { handle, got } = recorder();
  const nats = await connect({ servers: testEnv().nats.url.replace('nats://', '') });
  t.teardown(() => nats.close());
  const part = bus.consume({
    consumer: 'auth-user',
    fact: 'user.registered',
    attemptsMax: 2,
    crashesMax: 2,
    handle,
  });
  await part.start();
  await part.stop();
  await bus.publish(aFact());

  // What a dying process does: takes the fact and never answers.
  const { consumers } = nats.jetstream();
  const durable = await consumers.get(`${bus.namespace.toUpperCase()}_FACTS`, 'auth-user');
  for (const attempt of [1, 2]) {
    const message = await durable.next({ expires: 2000 });
    t.equal(message?.info.deliveryCount, attempt);
  }
  const restarted = await startBus(t, { namespace: bus.namespace, ackWaitMs: 200 });
  await restarted
    .consume({
      consumer: 'auth-user',
      fact: 'user.registered',
      attemptsMax: 2,
      crashesMax: 2,
      handle,
    })
    .start();
  const dead = await oneDead(bus, 'CRASHED');

  t.equal(dead.attempts, 2);
  t.strictSame(got, []);
});

t.test('a crash between the dead letter and the answer leaves one dead letter', async (t) => {
  const bus = await startBus(t);
  const nats = await connect({ servers: testEnv().nats.url.replace('nats://', '') });
  t.teardown(() => nats.close());
  const { handle, got } = recorder();
  await bus
    .consume({
      consumer: 'auth-user',
      fact: 'user.registered',
      attemptsMax: 1,
      handle: (fact) => handle(fact).then(rejecting('BUG')),
    })
    .start();
  await bus.publish(aFact());
  const dead = await oneDead(bus, 'BUG');

  // Without its consumer the server knows of no answer, as after a crash, and delivers again.
  const jsm = await nats.jetstreamManager();
  await jsm.consumers.delete(`${bus.namespace.toUpperCase()}_FACTS`, 'auth-user');
  await eventually(() => got.length === 2);
  await eventually(
    () =>
      bus.logger.entries.filter(({ message }) => message.startsWith('fact is dead')).length === 2,
  );

  t.equal((await oneDead(bus, 'BUG')).seq, dead.seq);
});

t.test('the dead letters are paged, purged one by one and replayed by consumer', async (t) => {
  const bus = await startBus(t);
  const facts = Array.from({ length: 5 }, () => aFact());
  for (const consumer of ['auth-user', 'activity-user']) {
    await bus
      .consume({ consumer, fact: 'user.registered', attemptsMax: 1, handle: rejecting('BUG') })
      .start();
  }
  for (const fact of facts) await bus.publish(fact);
  await eventually(async () => (await bus.dead.list({ limit: 100 })).items.length === 10);

  const first = await bus.dead.list({ limit: 4 });
  const second = await bus.dead.list({ limit: 4, cursor: first.nextCursor ?? '' });
  const third = await bus.dead.list({ limit: 4, cursor: second.nextCursor ?? '' });
  const all = [first, second, third].flatMap(({ items }) => items);

  t.strictSame(
    [first, second, third].map(({ items }) => items.length),
    [4, 4, 2],
  );
  t.equal(third.nextCursor, null);
  t.equal(new Set(all.map(({ seq }) => seq)).size, 10);
  await t.rejects(bus.dead.list({ cursor: 'x' }), /not a cursor/);
  const [victim] = all;
  t.equal(await bus.dead.purge(victim?.seq ?? 0), true);
  t.equal(await bus.dead.purge(victim?.seq ?? 0), false, 'only once');
  const left = all.filter(
    ({ seq, consumer }) => consumer === 'auth-user' && seq !== victim?.seq,
  ).length;
  t.equal(await bus.dead.replayAll({ consumer: 'auth-user' }), left);
  await eventually(async () => (await bus.dead.list({ limit: 100 })).items.length === 9, {
    withinMs: 8000,
  });
});

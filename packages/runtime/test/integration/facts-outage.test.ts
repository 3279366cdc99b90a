import { systemClock } from '@app/kernel';
import { eventually, freePort, recordedLogger, startNats } from '@app/testing';
import { connect } from 'nats';
import t from 'tap';
import { createFactBus } from '../../src/facts/index.ts';
import { aFact, recorder, startBus } from '../support/facts.ts';

const MESSAGES_WITHIN_MS = 15_000;

t.test(
  'consumption goes on after NATS was restarted, and publishing in between rejects',
  async (t) => {
    const nats = await startNats({ scope: t });
    const bus = await startBus(t, { natsUrl: nats.url });
    const { handle, ids } = recorder();
    const [before, during, after] = [aFact(), aFact(), aFact()];
    const part = bus.consume({ consumer: 'auth-user', fact: 'user.registered', handle });
    await part.start();
    await bus.publish(before);
    await eventually(() => ids().includes(before.id));

    await nats.down('SIGKILL');
    await eventually(() =>
      bus.check().then(
        () => false,
        () => true,
      ),
    );
    const began = performance.now();
    await t.rejects(bus.publish(during), /was not stored/);
    t.ok(performance.now() - began < 10_000, 'within a bounded time');
    await nats.up();
    await eventually(() => bus.check(), { withinMs: 10_000 });
    await bus.publish(during);
    await bus.publish(after);
    await eventually(() => ids().length >= 3, { withinMs: MESSAGES_WITHIN_MS });

    t.strictSame(ids().slice(0, 3), [before.id, during.id, after.id]);
    await part.check();
  },
);

t.test('streams and consumers that were lost with the disk are made again', async (t) => {
  const nats = await startNats({ scope: t });
  const bus = await startBus(t, { natsUrl: nats.url });
  const { handle, ids } = recorder();
  await bus.consume({ consumer: 'auth-user', fact: 'user.registered', handle }).start();

  await nats.down();
  await nats.wipe();
  await nats.up();
  const fact = aFact();
  await eventually(() => bus.publish(fact), { withinMs: 10_000 });
  await eventually(() => ids().includes(fact.id), { withinMs: MESSAGES_WITHIN_MS });

  t.strictSame(ids(), [fact.id]);
});

t.test('a stream that somebody deletes while everything runs is made again', async (t) => {
  const nats = await startNats({ scope: t });
  const bus = await startBus(t, { natsUrl: nats.url });
  const { handle, ids } = recorder();
  await bus.consume({ consumer: 'auth-user', fact: 'user.registered', handle }).start();
  const other = await connect({ servers: nats.addr });
  t.teardown(() => other.close());
  const jsm = await other.jetstreamManager();
  const fact = aFact();

  for (const kind of ['FACTS', 'DEAD']) {
    await jsm.streams.delete(`${bus.namespace.toUpperCase()}_${kind}`);
  }
  await bus.publish(fact);
  await eventually(() => ids().includes(fact.id), { withinMs: MESSAGES_WITHIN_MS });

  t.strictSame(ids(), [fact.id]);
  t.strictSame((await bus.dead.list()).items, []);
});

t.test('stopping ends in time while NATS is away', async (t) => {
  const nats = await startNats({ scope: t });
  const bus = await startBus(t, { natsUrl: nats.url });
  const { handle } = recorder();
  await bus.consume({ consumer: 'auth-user', fact: 'user.registered', handle }).start();

  await nats.down('SIGKILL');
  const began = performance.now();
  await bus.stop();

  t.ok(performance.now() - began < 5000);
});

const failingStart = (natsUrl: string, namespace = 'mall') =>
  createFactBus({ natsUrl, namespace, logger: recordedLogger(), clock: systemClock }).start();

t.test('a NATS without JetStream stops the start and says what to do', async (t) => {
  const nats = await startNats({ scope: t, jetStream: false });

  await t.rejects(failingStart(nats.url), /runs without JetStream.*start nats-server with -js/);
});

t.test(
  'a NATS that is not there stops the start and names the address without its password',
  async (t) => {
    const port = await freePort();

    const outcome = failingStart(`nats://mall:secret@127.0.0.1:${port}`);
    await t.rejects(outcome, /cannot be reached at nats:\/\/\*\*\*@127.0.0.1:\d+ .*NATS_URL/);
    await t.rejects(outcome, { message: /^(?!.*secret)/ });
  },
);

t.test('a stream of the right name and the wrong kind is left alone', async (t) => {
  const nats = await startNats({ scope: t });
  const other = await connect({ servers: nats.addr });
  t.teardown(() => other.close());
  const jsm = await other.jetstreamManager();
  await jsm.streams.add({
    name: 'MALL_FACTS',
    subjects: ['elsewhere'],
    storage: 'memory' as never,
  });

  await t.rejects(failingStart(nats.url), /MALL_FACTS has storage "memory" instead of "file"/);
  await jsm.streams.delete('MALL_FACTS');
  await jsm.streams.add({ name: 'FOREIGN', subjects: ['mall.fact.>'] });
  await t.rejects(
    failingStart(nats.url),
    /another stream on this server already takes mall.fact.>/,
  );
  t.throws(
    () =>
      createFactBus({
        natsUrl: nats.url,
        namespace: 'Mall',
        logger: recordedLogger(),
        clock: systemClock,
      }),
    /cannot be used/,
  );
});

t.test('before the start and after the stop the bus says so', async (t) => {
  const nats = await startNats({ scope: t });
  const bus = createFactBus({
    natsUrl: nats.url,
    namespace: 'mall',
    logger: recordedLogger(),
    clock: systemClock,
  });

  await t.rejects(bus.publish(aFact()), /not running: start it first/);
  await t.rejects(bus.check(), /not running/);
  await bus.start();
  await bus.stop();
  await bus.stop();
  await t.rejects(bus.publish(aFact()), /not running/);
});

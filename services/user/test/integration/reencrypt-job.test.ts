import { user } from '@app/contracts';
import { createProducer } from '@app/queue';
import { createRedis } from '@app/redis';
import { eventually, testEnv } from '@app/testing';
import t from 'tap';
import { bindPhone } from '../../src/domain/user.ts';
import { anIdentity, aRegistration, NOON_MS } from '../support/builders.ts';
import { createMysqlStore, K1, K2 } from '../support/mysql-store.ts';
import { createSuite } from '../support/user-node.ts';

t.test('the job seals old rows with the new key; a repeat finds nothing to do', async (t) => {
  const suite = await createSuite(t);
  const old = await createMysqlStore(t, suite.database, K1);
  const { next } = aRegistration();
  const phone = { countryCode: '86', number: '13812345678' };
  await old.identities.register({ next, facts: [] }, [anIdentity()]);
  await old.users.update(next.id, (current) => bindPhone(current, phone, NOON_MS));
  const host = await suite.startNode({ DATA_KEYS: `${K2},${K1}` });
  const redis = createRedis(
    { redisAddr: testEnv().redis.addr, redisCommandTimeoutMs: 1000 },
    { role: 'queue', host },
  );
  await redis.start();
  t.teardown(() => redis.stop());
  const producer = createProducer(host, redis, user.queues.piiReencrypt);
  await producer.start();
  t.teardown(() => producer.stop());

  await producer.add('run-one', { batchSize: 10 });
  await producer.add('run-two', { batchSize: 10 });

  const fresh = await createMysqlStore(t, suite.database, K2);
  await eventually(async () => (await fresh.sealedRows.countPending()) === 0);
  t.match(await fresh.users.find(next.id), { phone });
});

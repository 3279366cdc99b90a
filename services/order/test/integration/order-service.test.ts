import { join } from 'node:path';
import { order } from '@app/contracts';
import { createUlids, systemClock } from '@app/kernel';
import { createDatabase, migrate } from '@app/mysql';
import { createTestDatabase, createTestHost, recordedLogger } from '@app/testing';
import t from 'tap';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createMysqlPingRepository } from '../../src/repository/repo/mysql-ping-repository.ts';
import type { Tables } from '../../src/repository/repo/tables.ts';
import { pingRepositoryContract } from '../contract/ping-repository.contract.ts';

const database = await createTestDatabase({
  label: 'order',
  scope: t,
  migrate: async (target) => {
    await migrate({
      adminConfig: { addr: target.addr, ...target.admin },
      service: 'order',
      schema: target.schema,
      migrationsDir: join(import.meta.dirname, '../../migrations'),
    });
  },
});
const config = readConfig({
  NATS_URL: process.env['TEST_NATS_URL'],
  MYSQL_ADDR: database.addr,
  MYSQL_USER: database.user,
  MYSQL_PASS: database.password,
  MYSQL_SCHEMA: database.schema,
});

await t.test(
  'the action counts in the database, and refuses a bad name with the field',
  async (t) => {
    const host = await createTestHost({ service: 'order', scope: t });
    host.add(createApp(host, config));
    await host.start();

    t.same(await host.call(order.actions.ping, { name: 'hello' }), { count: 1 });
    t.same(await host.call(order.actions.ping, { name: 'Hello' }), { count: 2 });
    await t.rejects(host.call(order.actions.ping, { name: '' }), { code: 'VALIDATION_FAILED' });
  },
);

await t.test('MySQL keeps the contract of the port', async (t) => {
  const db = createDatabase<Tables>(config, {
    host: { logger: recordedLogger(), clock: systemClock, ids: createUlids() },
    service: 'order',
  });
  await db.start();
  t.teardown(() => db.stop());

  await pingRepositoryContract(t, () => createMysqlPingRepository({ db }));
});

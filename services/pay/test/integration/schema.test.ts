import { fileURLToPath } from 'node:url';
import { compareTables, createDatabase, introspect, migrate, mysqlKeys } from '@app/mysql';
import { readConfig } from '@app/runtime';
import { createTestDatabase, createTestHost } from '@app/testing';
import t from 'tap';
import { columns, type Tables } from '../../src/repository/repo/tables.ts';

t.test('tables.ts tells what the migrations made', async (t) => {
  const database = await createTestDatabase({
    label: 'pay',
    scope: t,
    migrate: ({ addr, admin, schema }) =>
      migrate({
        adminConfig: { addr, ...admin },
        service: 'pay',
        migrationsDir: fileURLToPath(new URL('../../migrations', import.meta.url)),
        schema,
      }),
  });
  const env = {
    MYSQL_ADDR: database.addr,
    MYSQL_USER: database.user,
    MYSQL_PASS: database.password,
    MYSQL_SCHEMA: database.schema,
  };
  const host = await createTestHost({ service: 'pay', scope: t });
  const config = readConfig(mysqlKeys, env, { service: 'pay' });
  const db = createDatabase<Tables>(config, { host, service: 'pay' });
  await db.start();
  t.teardown(() => db.stop());

  t.same(compareTables(await introspect(db.write), columns), []);
});

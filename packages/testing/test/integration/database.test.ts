import { createConnection } from 'mysql2/promise';
import t from 'tap';
import { createTestDatabase, type TestDatabase } from '../../src/index.ts';

const asService = async (database: TestDatabase, statement: string): Promise<unknown> => {
  const { host, port, user, password, schema } = database;
  const connection = await createConnection({ host, port, user, password, database: schema });
  try {
    const [rows] = await connection.query(statement);
    return rows;
  } finally {
    await connection.end();
  }
};

t.test(
  'a test gets a migrated schema of its own and a user that may only change rows',
  async (t) => {
    const first = await createTestDatabase({
      label: 'user',
      scope: t,
      migrate: (database) => database.sql('create table person (id int primary key)'),
    });
    const second = await createTestDatabase({ label: 'user', scope: t });

    await asService(first, 'insert into person values (1)');
    t.match(await asService(first, 'select id from person'), [{ id: 1 }]);
    t.match(first.schema, /^app_test_user_\d+_\d+_[0-9a-f]{6}$/);
    await t.rejects(asService(first, 'drop table person'), /command denied/);
    await t.rejects(asService(second, `select * from ${first.schema}.person`), /command denied/);
  },
);

t.test('dropping leaves neither schema nor user', async (t) => {
  const watcher = await createTestDatabase({ label: 'watch', scope: t });
  const database = await createTestDatabase({ label: 'gone' });

  await database.drop();

  t.strictSame(await watcher.sql('show databases like ?', [database.schema]), []);
  t.strictSame(
    await watcher.sql('select user from mysql.user where user = ?', [database.user]),
    [],
  );
  await t.rejects(asService(database, 'select 1'), /Access denied/);
});

import t from 'tap';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { testEnv, uniqueName } from '@app/testing';
import {
  MigrationError,
  compareTables,
  coreColumns,
  coreMigrationsDir,
  createDatabase,
  introspect,
  migrate,
  migrationChecksums,
  type ColumnsOf,
  type CoreTables,
} from '../../src/index.ts';
import { admin, configFor, testHost } from '../support/store.ts';

const server = testEnv().mysql;
const root = await createConnection({
  host: server.host,
  port: server.port,
  user: server.user,
  password: server.password,
});
const made: string[] = [];
t.teardown(async () => {
  for (const schema of made) {
    await root.query(`drop schema if exists ${schema}`);
    for (const from of ['%', 'localhost'])
      await root.query(`drop user if exists ${schema}@'${from}'`);
  }
  await root.end();
});

const freshSchema = (): string => {
  // Not `test_…`: a fresh server lets everybody do everything in schemas of that name.
  const schema = uniqueName('mall_mysql').slice(0, 32);
  made.push(schema);
  return schema;
};

const fixture = (name: string): string => `${import.meta.dirname}/../fixtures/${name}`;
const core = Object.keys(await migrationChecksums(coreMigrationsDir()));
const own = ['20260101T0000_create_thing', '20260101T0001_add_thing_name'];
const password = "a password with ' and \\ in it";

interface Tables extends CoreTables {
  readonly thing: {
    readonly id: string;
    readonly size: number | null;
    readonly flag: number;
    readonly name: string;
  };
}
const columns = {
  ...coreColumns,
  thing: { id: 'char(26)', size: 'int unsigned null', flag: 'tinyint(1)', name: 'varchar(50)' },
} as const satisfies ColumnsOf<Tables>;

const open = async (schema: string, pass = password) => {
  const db = createDatabase<Tables>(
    configFor({ addr: server.addr, schema, user: schema, password: pass }),
    {
      host: testHost(),
      service: 'test',
    },
  );
  t.teardown(() => db.stop());
  await db.check();
  return db;
};

t.test("an empty server gets schema, user, core tables and the service's own, once", async (t) => {
  const schema = freshSchema();
  const run = () =>
    migrate({
      adminConfig: admin(),
      service: 'test',
      schema,
      account: { user: schema, password },
      migrationsDir: fixture('good'),
    });

  const first = await run();
  const second = await run();

  t.same(first, { schema, applied: [...core, ...own], total: core.length + own.length });
  t.same(second.applied, []);
});

t.test('what tables.ts says is what the database has', async (t) => {
  const schema = freshSchema();
  await migrate({
    adminConfig: admin(),
    service: 'test',
    schema,
    account: { user: schema, password },
    migrationsDir: fixture('good'),
  });
  const db = await open(schema);

  const actual = await introspect(db.write);

  t.same(compareTables(actual, columns), []);
  t.same(
    compareTables(actual, {
      ...columns,
      thing: { ...columns.thing, name: 'int' },
      other: { id: 'int' },
    }),
    [
      'other.id is missing in the database and int in tables.ts',
      'thing.name is varchar(50) in the database and int in tables.ts',
    ],
  );
});

t.test("the service's user may read and write rows of its schema and nothing else", async (t) => {
  const [mine, theirs] = [freshSchema(), freshSchema()];
  for (const schema of [mine, theirs]) {
    await migrate({
      adminConfig: admin(),
      service: 'test',
      schema,
      account: { user: schema, password },
    });
  }
  const db = await open(mine);

  await t.resolves(db.write.selectFrom('outbox').selectAll().execute());
  await t.rejects(db.write.schema.dropTable('outbox').execute(), /denied to user/);
  await t.rejects(
    db.write.withSchema(theirs).selectFrom('outbox').selectAll().execute(),
    /denied to user/,
  );
  const [grants] = await root.query<RowDataPacket[]>(`show grants for ${mine}@'%'`);
  t.ok(
    grants.some((grant) => String(Object.values(grant)[0]).includes(mine.replaceAll('_', '\\_'))),
    'no wildcard in the name of the schema',
  );
});

t.test('running it with another password rotates it', async (t) => {
  const schema = freshSchema();
  await migrate({
    adminConfig: admin(),
    service: 'test',
    schema,
    account: { user: schema, password },
  });
  await migrate({
    adminConfig: admin(),
    service: 'test',
    schema,
    account: { user: schema, password: 'another password' },
  });

  await t.rejects(open(schema, password), {
    code: 'SERVICE_UNAVAILABLE',
    message: /Access denied/,
  });
  await t.resolves(open(schema, 'another password'));
});

t.test('several migrators at once apply each migration once', async (t) => {
  const schema = freshSchema();

  const reports = await Promise.all(
    Array.from({ length: 5 }, () =>
      migrate({ adminConfig: admin(), service: 'test', schema, migrationsDir: fixture('good') }),
    ),
  );

  t.same(reports.flatMap(({ applied }) => applied).sort(), [...core, ...own].sort());
});

t.test('a migrator does not wait for ever for another one', async (t) => {
  const schema = freshSchema();
  await root.query('select get_lock(?, 0)', [`migrate:${schema}`]);

  await t.rejects(migrate({ adminConfig: admin(), service: 'test', schema, lockWaitSeconds: 1 }), {
    name: 'MigrationError',
    message: /another migrator has been at work/,
  });

  await root.query('select release_lock(?)', [`migrate:${schema}`]);
  await t.resolves(migrate({ adminConfig: admin(), service: 'test', schema, lockWaitSeconds: 1 }));
});

t.test(
  'a failing migration is named, with what stays and what to do; it is not recorded as applied',
  async (t) => {
    const schema = freshSchema();
    const run = () =>
      migrate({ adminConfig: admin(), service: 'test', schema, migrationsDir: fixture('failing') });

    const error = await run().catch((caught: unknown) => caught as MigrationError);

    t.ok(error instanceof MigrationError);
    const { message } = error as MigrationError;
    t.match(message, /20260101T0002_break_thing\.ts failed: .*nothing/);
    t.match(message, /no transactional DDL/);
    t.match(message, /run migrate again/);
    const [rows] = await root.query<RowDataPacket[]>(`select name from ${schema}.migration`);
    t.same(
      rows.map(({ name }) => String(name)),
      ['20260101T0000_create_thing'],
    );
    await t.rejects(run(), /Duplicate column name 'other'/, 'it runs again from its start');
  },
);

t.test('a folder that no longer has an applied migration is refused', async (t) => {
  const schema = freshSchema();
  await migrate({ adminConfig: admin(), service: 'test', schema, migrationsDir: fixture('good') });

  await t.rejects(
    migrate({ adminConfig: admin(), service: 'test', schema, migrationsDir: fixture('failing') }),
    { name: 'MigrationError', message: /never renamed, removed or overtaken/ },
  );
});

t.test('a folder with a file that is no migration is refused', async (t) => {
  const run = (name: string) =>
    migrate({
      adminConfig: admin(),
      service: 'test',
      schema: freshSchema(),
      migrationsDir: fixture(name),
    });

  await t.rejects(run('nameless'), /create_thing\.ts is not named like a migration/);
  await t.rejects(run('empty-file'), /exports no function "up"/);
  await t.rejects(run('absent'), /no folder of migrations/);
});

t.test('a server that is not there is said so', async (t) => {
  await t.rejects(migrate({ adminConfig: { ...admin(), addr: '127.0.0.1:1' }, service: 'test' }), {
    code: 'SERVICE_UNAVAILABLE',
    message: /no connection to 127\.0\.0\.1:1 as/,
  });
});

t.test('the checksum of a migration does not depend on line ends', async (t) => {
  const checksums = await migrationChecksums(fixture('good'));

  t.same(Object.keys(checksums), own);
  t.match(Object.values(checksums), [/^[0-9a-f]{64}$/, /^[0-9a-f]{64}$/]);
});

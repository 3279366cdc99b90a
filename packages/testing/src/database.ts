import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { type DatabaseServer, testEnv } from './config.ts';
import type { TestScope } from './teardown.ts';
import { uniqueName } from './unique.ts';

type Value = string | number | null;

/** Where a test's own schema is and who may use it. */
export interface TestDatabase {
  readonly addr: string;
  readonly host: string;
  readonly port: number;
  readonly schema: string;
  /** May SELECT, INSERT, UPDATE and DELETE in this schema, nothing else, as in production. */
  readonly user: string;
  readonly password: string;
  /** May create and change tables; for migrations. */
  readonly admin: { readonly user: string; readonly password: string };
  /** Runs one statement as administrator inside the schema, to arrange or to look. */
  sql(statement: string, values?: readonly Value[]): Promise<RowDataPacket[]>;
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** Goes into the schema's name: the service or package under test. */
  readonly label: string;
  /** Creates the tables; gets the database before its tests do. */
  readonly migrate?: (database: TestDatabase) => Promise<unknown>;
  /** Drops the schema and the user when this test ends. */
  readonly scope?: TestScope;
  /** Another server than `TEST_MYSQL_ADDR`, for example a private one to be restarted. */
  readonly server?: DatabaseServer;
}

/**
 * A fresh schema `app_test_<label>_<pid>_<n>_<random>` with its own least-privilege user. It must
 * not begin with `test_`: fresh servers open all schemas of that prefix to every user.
 */
export const createTestDatabase = async (options: TestDatabaseOptions): Promise<TestDatabase> => {
  const server = options.server ?? testEnv().mysql;
  const label = options.label.replaceAll(/[^a-z0-9]/gi, '_').slice(0, 24);
  const account = {
    schema: uniqueName(`app_test_${label}`),
    user: uniqueName('t'),
    password: uniqueName('pw'),
  };
  await runAll(server, createStatements(account));
  const { schema, user } = account;
  const database: TestDatabase = {
    ...account,
    addr: server.addr,
    host: server.host,
    port: server.port,
    admin: { user: server.user, password: server.password },
    sql: (statement, values) => run(server, statement, values, schema),
    drop: () =>
      runAll(server, [
        `drop schema if exists \`${schema}\``,
        ...HOSTS.map((from) => `drop user if exists '${user}'@'${from}'`),
      ]),
  };
  options.scope?.teardown(() => database.drop());
  await options.migrate?.(database);
  return database;
};

/** An anonymous user at localhost, which fresh servers have, would win over `%` from there. */
const HOSTS = ['%', 'localhost'] as const;

const createStatements = ({
  schema,
  user,
  password,
}: Pick<TestDatabase, 'schema' | 'user' | 'password'>): readonly string[] => {
  // In a grant `_` is a wildcard: without the backslash the user could see its neighbours.
  const pattern = schema.replaceAll('_', '\\_');
  return [
    `create schema \`${schema}\` default character set utf8mb4 default collate utf8mb4_bin`,
    ...HOSTS.flatMap((from) => [
      `create user '${user}'@'${from}' identified by '${password}'`,
      `grant select, insert, update, delete on \`${pattern}\`.* to '${user}'@'${from}'`,
    ]),
  ];
};

const runAll = async (server: DatabaseServer, statements: readonly string[]): Promise<void> => {
  for (const statement of statements) await run(server, statement);
};

/** On a connection of its own: tests that break connections must not break their own clean-up. */
const run = async (
  { host, port, user, password }: DatabaseServer,
  statement: string,
  values: readonly Value[] = [],
  database?: string,
): Promise<RowDataPacket[]> => {
  const connection = await createConnection({
    host,
    port,
    user,
    password,
    timezone: 'Z',
    ...(database === undefined ? {} : { database }),
  });
  try {
    const [rows] = await connection.query<RowDataPacket[]>(statement, [...values]);
    return rows;
  } finally {
    await connection.end();
  }
};

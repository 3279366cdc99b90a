import type { RawConnection } from '../pool/statement.ts';
import { runStatement } from '../pool/statement.ts';

export interface Account {
  readonly user: string;
  readonly password: string;
}

const STATEMENT = { prepared: false, timeoutMs: 60_000 };

/** Servers often have an anonymous user at `localhost`, which would win over `'app'@'%'` from there. */
const HOSTS = ['%', 'localhost'] as const;

const identifier = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

/** In a grant `_` and `%` are wildcards: `app_user` would also open `appXuser`. */
const grantPattern = (schema: string): string => identifier(schema.replaceAll(/[_%]/g, '\\$&'));

/**
 * Exact comparison unless a column says otherwise: openids, keys and codes differ by case. The
 * collation exists on MySQL and MariaDB alike.
 */
export const createSchema = async (raw: RawConnection, schema: string): Promise<void> => {
  const name = identifier(schema);
  await runStatement(
    raw,
    `create schema if not exists ${name} default character set utf8mb4 default collate utf8mb4_bin`,
    [],
    STATEMENT,
  );
  await runStatement(raw, `use ${name}`, [], STATEMENT);
};

/**
 * Makes the service's user with what a service needs and no more, and sets its password (again):
 * running it with another password rotates it. Connections that are open stay open.
 */
export const grantAccount = async (
  raw: RawConnection,
  schema: string,
  { user, password }: Account,
): Promise<void> => {
  for (const host of HOSTS) {
    const run = (sql: string, parameters: readonly unknown[]): Promise<unknown> =>
      runStatement(raw, sql, parameters, STATEMENT);
    await run('create user if not exists ?@? identified by ?', [user, host, password]);
    await run('alter user ?@? identified by ?', [user, host, password]);
    await run(`grant select, insert, update, delete on ${grantPattern(schema)}.* to ?@?`, [
      user,
      host,
    ]);
  }
};

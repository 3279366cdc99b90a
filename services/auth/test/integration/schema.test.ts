import { compareTables, introspect } from '@app/mysql';
import { sql, type Compilable } from 'kysely';
import t from 'tap';
import { endSession } from '../../src/domain/session.ts';
import { selectRevocations } from '../../src/repository/repo/mysql-revocation-repository.ts';
import {
  lockSession,
  lockUnrevoked,
  selectTokenPlace,
} from '../../src/repository/repo/mysql-session-repository.ts';
import { columns } from '../../src/repository/repo/tables.ts';
import { aSession, aToken, NOON_MS } from '../support/builders.ts';
import { createMysqlStore, migratedDatabase } from '../support/mysql-store.ts';

t.test('tables.ts tells what the migrations made', async (t) => {
  const { db } = await createMysqlStore(t, await migratedDatabase(t));

  t.same(compareTables(await introspect(db.write), columns), []);
});

t.test('the hot queries go by an index', async (t) => {
  const database = await migratedDatabase(t);
  const { db, sessions } = await createMysqlStore(t, database);
  // Small tables are scanned whatever the index, so there are some rows to choose from.
  const families = Array.from({ length: 60 }, (_, index) => {
    const session = aSession();
    return { session, token: aToken(`rt_${String(index)}`, { sessionId: session.id }) };
  });
  for (const [index, { session, token }] of families.entries()) {
    await sessions.start(session.userId, () => ({
      change: { newSession: session, newToken: token },
      result: null,
    }));
    const atMs = NOON_MS + index * 60_000;
    await sessions.end(session.id, (current) => endSession(current, 'logout', atMs));
  }
  await database.sql('analyze table session, refresh_token, revocation');
  const { session, token } = families[0]!;
  const plan = async (query: Compilable) => {
    const { sql: text, parameters } = query.compile();
    const { rows } = await sql
      .raw<{ key: string | null }>(`explain ${inline(text, parameters)}`)
      .execute(db.write);
    return rows.map(({ key }) => key);
  };

  t.same(await plan(selectTokenPlace(db.write, token.tokenHash)), ['uk_refresh_token_token_hash']);
  t.same(await plan(lockSession(db.write, session.id)), ['PRIMARY']);
  t.same(await plan(lockUnrevoked(db.write, session.userId)), ['ix_session_user_id']);
  const lately = { fromMs: NOON_MS + 57 * 60_000, nowMs: NOON_MS, limit: 2000, cursor: undefined };
  t.same(await plan(selectRevocations(db.write, lately)), ['ix_revocation_revoked_at']);
});

/** The statement with its parameters in place; for `explain` in a test only. */
const inline = (text: string, parameters: readonly unknown[]): string => {
  let next = 0;
  return text.replaceAll('?', () => literal(parameters[next++]));
};

const literal = (value: unknown): string => {
  if (typeof value === 'number') return String(value);
  const text = value instanceof Date ? value.toISOString().replace('T', ' ').slice(0, -1) : value;
  return `'${String(text)}'`;
};

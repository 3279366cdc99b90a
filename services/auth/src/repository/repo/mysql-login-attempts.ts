import { fromSqlTime, toSqlTime, type Database } from '@app/mysql';
import { sql, type Kysely } from 'kysely';
import {
  claimAttempt,
  type AttemptScope,
  type Attempts,
} from '../../domain/admin/login-throttle.ts';
import type { LoginAttempts } from '../../repository.ts';
import type { Tables } from './tables.ts';

/** In the order of their keys, so that two attempts never wait for each other. */
export const lockAttempts = (db: Kysely<Tables>, keys: readonly string[]) =>
  db
    .selectFrom('login_attempt')
    .selectAll()
    .where('scope_key', 'in', keys)
    .orderBy('scope_key')
    .forUpdate();

const byKey = (a: AttemptScope, b: AttemptScope): number => (a.key < b.key ? -1 : 1);

const upsertAttempts = (db: Kysely<Tables>, key: string, attempts: Attempts) => {
  const row = { failures: attempts.failures, expires_at: toSqlTime(attempts.endsAtMs) };
  return db
    .insertInto('login_attempt')
    .values({ scope_key: key, ...row })
    .onDuplicateKeyUpdate(row);
};

export const createMysqlLoginAttempts = ({
  db,
}: {
  readonly db: Database<Tables>;
}): LoginAttempts => ({
  claim: (scopes, nowMs) =>
    db.transaction(async (tx) => {
      const ordered = [...scopes].sort(byKey);
      // A row that is not there cannot be locked; an empty one counts nothing.
      for (const { key } of ordered)
        await tx
          .insertInto('login_attempt')
          .values({ scope_key: key, failures: 0, expires_at: toSqlTime(nowMs) })
          .onDuplicateKeyUpdate({ scope_key: key })
          .execute();
      const rows = await lockAttempts(
        tx,
        ordered.map(({ key }) => key),
      ).execute();
      let waitMs = 0;
      const claimed: { key: string; attempts: Attempts }[] = [];
      for (const scope of ordered) {
        const row = rows.find(({ scope_key }) => scope_key === scope.key);
        const known =
          row === undefined
            ? undefined
            : { failures: row.failures, endsAtMs: fromSqlTime(row.expires_at) };
        const claim = claimAttempt(known, scope, nowMs);
        if ('retryAfterMs' in claim) waitMs = Math.max(waitMs, claim.retryAfterMs);
        else claimed.push({ key: scope.key, attempts: claim.attempts });
      }
      if (waitMs > 0) return waitMs;
      for (const { key, attempts } of claimed) await upsertAttempts(tx, key, attempts).execute();
      return 0;
    }),

  forgive: ({ clear, undo }) =>
    db.transaction(async (tx) => {
      const cleared = new Set(clear.map(({ key }) => key));
      for (const { key } of [...clear, ...undo].sort(byKey))
        await tx
          .updateTable('login_attempt')
          .set({ failures: cleared.has(key) ? 0 : sql<number>`greatest(failures, 1) - 1` })
          .where('scope_key', '=', key)
          .execute();
    }),

  clear: async (prefix) => {
    await db.write.deleteFrom('login_attempt').where('scope_key', 'like', `${prefix}%`).execute();
  },
});

import { fromSqlTime, toSqlTime, type Database } from '@app/mysql';
import type { Kysely } from 'kysely';
import type { RevocationRepository } from '../../repository.ts';
import type { Tables } from './tables.ts';

type Query = Parameters<RevocationRepository['list']>[0];

/** Oldest first, from behind the cursor on; one row more than asked tells whether there is a next page. */
export const selectRevocations = (db: Kysely<Tables>, { fromMs, nowMs, limit, cursor }: Query) => {
  const place = cursor === undefined ? undefined : parseCursor(cursor);
  const from = toSqlTime(Math.max(fromMs, place?.revokedAtMs ?? 0));
  const query = db
    .selectFrom('revocation')
    .selectAll()
    .where('revoked_at', '>=', from)
    .where('expires_at', '>', toSqlTime(nowMs))
    .orderBy('revoked_at')
    .orderBy('subject')
    .limit(limit + 1);
  return place === undefined
    ? query
    : query.where(({ eb, or }) =>
        or([
          eb('revoked_at', '>', toSqlTime(place.revokedAtMs)),
          eb('subject', '>', place.subject),
        ]),
      );
};

/** From the primary: a revocation must be known within a second, also when a replica lags. */
export const createMysqlRevocationRepository = ({
  db,
}: {
  readonly db: Database<Tables>;
}): RevocationRepository => ({
  list: async (query) => {
    const rows = await selectRevocations(db.write, query).execute();
    const items = rows.slice(0, query.limit).map((row) => ({
      kind: row.kind,
      subject: row.subject,
      revokedAtMs: fromSqlTime(row.revoked_at),
      expiresAtMs: fromSqlTime(row.expires_at),
      ...(row.reason === null ? {} : { reason: row.reason }),
    }));
    const last = items.at(-1);
    const hasMore = rows.length > query.limit && last !== undefined;
    return { items, nextCursor: hasMore ? `${last.revokedAtMs}:${last.subject}` : null };
  },
});

/** A cursor that is not ours starts over: answering too much does no harm here. */
const parseCursor = (
  cursor: string,
): { readonly revokedAtMs: number; readonly subject: string } | undefined => {
  const [, revokedAtMs, subject] = /^(\d{1,15}):([0-9A-Z]{26})$/.exec(cursor) ?? [];
  return revokedAtMs === undefined || subject === undefined
    ? undefined
    : { revokedAtMs: Number(revokedAtMs), subject };
};

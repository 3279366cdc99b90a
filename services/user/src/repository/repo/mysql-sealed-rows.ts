import type { Sealer } from '@app/kernel';
import { toSafeInteger, type Database } from '@app/mysql';
import type { Kysely } from 'kysely';
import type { ReencryptedBatch, SealedRows } from '../../repository.ts';
import { contactContext, phoneContext } from './personal-data.ts';
import type { Tables } from './tables.ts';

interface Deps {
  readonly db: Database<Tables>;
  readonly sealer: Sealer;
}

interface SealedRow {
  readonly id: string;
  readonly sealed: string;
  readonly context: string;
}

/** One sealed column: how its rows are found, and how one is replaced. */
interface SealedColumn {
  count(currentKeyId: string): Promise<number>;
  batch(currentKeyId: string, afterId: string, limit: number): Promise<readonly SealedRow[]>;
  /** False when the row is not what was read any more. */
  replace(id: string, from: string, to: string): Promise<boolean>;
}

export const selectStalePhones = (
  db: Kysely<Tables>,
  currentKeyId: string,
  afterId: string,
  limit: number,
) =>
  db
    .selectFrom('user')
    .select(['id', 'phone_sealed'])
    .where('phone_key_id', '<>', currentKeyId)
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(limit);

export const selectStaleContacts = (
  db: Kysely<Tables>,
  currentKeyId: string,
  afterId: string,
  limit: number,
) =>
  db
    .selectFrom('address')
    .select(['id', 'user_id', 'contact_sealed'])
    .where('contact_key_id', '<>', currentKeyId)
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(limit);

const phoneColumn = ({ write }: Database<Tables>): SealedColumn => ({
  count: async (currentKeyId) => {
    const { rows } = await write
      .selectFrom('user')
      .select(({ fn }) => fn.countAll<number>().as('rows'))
      .where('phone_key_id', '<>', currentKeyId)
      .executeTakeFirstOrThrow();
    return toSafeInteger(rows);
  },
  batch: async (currentKeyId, afterId, limit) => {
    const rows = await selectStalePhones(write, currentKeyId, afterId, limit).execute();
    return rows.map(({ id, phone_sealed }) => ({
      id,
      sealed: phone_sealed ?? '',
      context: phoneContext(id),
    }));
  },
  replace: async (id, from, to) => {
    const { numUpdatedRows } = await write
      .updateTable('user')
      .set({ phone_sealed: to })
      .where('id', '=', id)
      .where('phone_sealed', '=', from)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  },
});

const contactColumn = ({ write }: Database<Tables>): SealedColumn => ({
  count: async (currentKeyId) => {
    const { rows } = await write
      .selectFrom('address')
      .select(({ fn }) => fn.countAll<number>().as('rows'))
      .where('contact_key_id', '<>', currentKeyId)
      .executeTakeFirstOrThrow();
    return toSafeInteger(rows);
  },
  batch: async (currentKeyId, afterId, limit) => {
    const rows = await selectStaleContacts(write, currentKeyId, afterId, limit).execute();
    return rows.map(({ id, user_id, contact_sealed }) => ({
      id,
      sealed: contact_sealed,
      context: contactContext(user_id, id),
    }));
  },
  replace: async (id, from, to) => {
    const { numUpdatedRows } = await write
      .updateTable('address')
      .set({ contact_sealed: to })
      .where('id', '=', id)
      .where('contact_sealed', '=', from)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  },
});

export const createMysqlSealedRows = ({ db, sealer }: Deps): SealedRows => {
  // `after` is `<index of the column>:<id of the last row seen>`.
  const columns = [phoneColumn(db), contactColumn(db)];

  const reseal = async (
    column: SealedColumn,
    row: SealedRow,
  ): Promise<'changed' | 'left' | 'failed'> => {
    const sealed = resealed(sealer, row);
    if (sealed === undefined) return 'failed';
    return (await column.replace(row.id, row.sealed, sealed)) ? 'changed' : 'left';
  };

  return {
    countPending: async () => {
      const counts = await Promise.all(columns.map((column) => column.count(sealer.currentKeyId)));
      return counts.reduce((sum, count) => sum + count, 0);
    },

    reencrypt: async (after, limit) => {
      const [index, afterId] = parseAfter(after);
      const column = columns[index];
      if (column === undefined) return { changed: 0, failed: 0, next: null };
      const rows = await column.batch(sealer.currentKeyId, afterId, limit);
      const tally = { changed: 0, left: 0, failed: 0 };
      for (const row of rows) tally[await reseal(column, row)] += 1;
      return {
        changed: tally.changed,
        failed: tally.failed,
        next: nextAfter(index, rows, limit, columns.length),
      };
    },
  };
};

const resealed = (sealer: Sealer, row: SealedRow): string | undefined => {
  try {
    return sealer.seal(sealer.open(row.sealed, row.context), row.context);
  } catch {
    return undefined; // counted by the caller; one bad row must not stop the others
  }
};

const parseAfter = (after: string | null): readonly [number, string] => {
  const [index = '0', id = ''] = (after ?? '0:').split(':');
  return [Number(index), id];
};

const nextAfter = (
  index: number,
  rows: readonly SealedRow[],
  limit: number,
  columns: number,
): ReencryptedBatch['next'] => {
  if (rows.length === limit) return `${index}:${rows.at(-1)?.id ?? ''}`;
  return index + 1 < columns ? `${index + 1}:` : null;
};

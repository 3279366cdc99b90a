import type { Database } from '@app/mysql';
import { sql } from 'kysely';
import type { PingRepository } from '../../repository.ts';
import type { Tables } from './tables.ts';

interface Deps {
  readonly db: Database<Tables>;
}

export const createMysqlPingRepository = ({ db }: Deps): PingRepository => ({
  increment: (name) =>
    db.transaction(async (tx) => {
      await tx
        .insertInto('ping')
        .values({ name, count: 1 })
        .onDuplicateKeyUpdate({ count: sql`count + 1` })
        .execute();
      const row = await tx
        .selectFrom('ping')
        .select('count')
        .where('name', '=', name)
        .executeTakeFirstOrThrow();
      return row.count;
    }),
});

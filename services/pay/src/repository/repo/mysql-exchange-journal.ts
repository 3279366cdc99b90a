import type { Clock, Ids, Sealer } from '@app/kernel';
import { toSqlTime, type Database } from '@app/mysql';
import type { ExchangeJournal } from '../../repository.ts';
import type { Tables } from './tables.ts';

interface Deps {
  readonly db: Database<Tables>;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: { warn(fields: object, message: string): void };
}

const contextOf = (id: string): string => `pay.exchange:${id}`;

/** Bodies hold openids and amounts: they are sealed. */
export const createMysqlExchangeJournal = ({
  db,
  sealer,
  clock,
  ids,
  logger,
}: Deps): ExchangeJournal => ({
  async add({ direction, operation, reference, status, verdict, raw }) {
    const id = ids.next();
    try {
      await db.write
        .insertInto('exchange_log')
        .values({
          ...{ id, direction, operation, status },
          reference: reference.slice(0, 64),
          verdict: verdict.slice(0, 64),
          raw_sealed: sealer.seal(raw, contextOf(id)),
          created_at: toSqlTime(clock.nowMs()),
        })
        .execute();
    } catch (error) {
      logger.warn(
        { err: error, operation, verdict },
        'an exchange with WeChat Pay was not recorded',
      );
    }
  },
  async find(id) {
    const row = await db.read
      .selectFrom('exchange_log')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const { direction, operation, reference, status, verdict } = row;
    const raw = sealer.open(row.raw_sealed, contextOf(id));
    return { id, direction, operation, reference, status, verdict, raw };
  },
  async purge(beforeMs, limit) {
    const { numDeletedRows } = await db.write
      .deleteFrom('exchange_log')
      .where('created_at', '<', toSqlTime(beforeMs))
      .orderBy('created_at')
      .limit(limit)
      .executeTakeFirst();
    return Number(numDeletedRows);
  },
});

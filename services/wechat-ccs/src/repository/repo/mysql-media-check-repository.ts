import { wechatCcs } from '@app/contracts';
import type { Clock } from '@app/kernel';
import { toSqlTime, type Database, type Outbox } from '@app/mysql';
import type { Transaction } from 'kysely';
import type { MediaCheckRepository, MediaVerdict } from '../../repository.ts';
import type { Tables } from './tables.ts';

interface Deps {
  readonly db: Pick<Database<Tables>, 'write'>;
  readonly outbox: Pick<Outbox<Tables>, 'add'>;
  readonly clock: Clock;
}

/** `unknown`: nobody here asked, or the asker has not written it down yet. */
export type Decided = 'told' | 'known' | 'unknown';

/** The part that runs in the transaction of a fact's consumer. */
export interface MediaVerdicts {
  /** Tells of the verdict unless it was told before. `unknown` changes nothing. */
  decide(tx: Transaction<Tables>, verdict: MediaVerdict): Promise<Decided>;
  /** As `decide`, for what nobody here asked: it is told without a reference. */
  adopt(tx: Transaction<Tables>, verdict: MediaVerdict): Promise<Decided>;
}

export const createMysqlMediaCheckRepository = ({
  db,
  outbox,
  clock,
}: Deps): MediaCheckRepository & MediaVerdicts => {
  const decide: MediaVerdicts['decide'] = async (tx, verdict) => {
    const { appId, traceId } = verdict;
    const row = await tx
      .selectFrom('media_check')
      .select(['reference', 'decided_at'])
      .where('app_id', '=', appId)
      .where('trace_id', '=', traceId)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) return 'unknown';
    if (row.decided_at !== null) return 'known';
    await tx
      .updateTable('media_check')
      .set({ decided_at: toSqlTime(clock.nowMs()) })
      .where('app_id', '=', appId)
      .where('trace_id', '=', traceId)
      .where('decided_at', 'is', null)
      .execute();
    await outbox.add(tx, wechatCcs.facts.mediaChecked, { ...verdict, reference: row.reference });
    return 'told';
  };

  const rowOf = (appId: string, traceId: string, reference: string | null) => ({
    app_id: appId,
    trace_id: traceId,
    reference,
    asked_at: toSqlTime(clock.nowMs()),
    decided_at: null,
  });

  return {
    decide,
    async adopt(tx, verdict) {
      const { appId, traceId } = verdict;
      await tx
        .insertInto('media_check')
        .ignore()
        .values(rowOf(appId, traceId, null))
        .execute();
      return decide(tx, verdict);
    },
    async saveAsked({ appId, traceId, reference }) {
      await db.write
        .insertInto('media_check')
        .ignore()
        .values(rowOf(appId, traceId, reference))
        .execute();
    },
    async purge(beforeMs, limit) {
      const { numDeletedRows } = await db.write
        .deleteFrom('media_check')
        .where('asked_at', '<', toSqlTime(beforeMs))
        .orderBy('asked_at')
        .limit(limit)
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
};

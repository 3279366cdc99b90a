import { fromSqlTime, toSqlTime, type Database } from '@app/mysql';
import { sql, type Kysely } from 'kysely';
import type { PaymentKey } from '../../domain/shipping.ts';
import type { UploadTimes } from '../../repository.ts';
import type { Tables } from './tables.ts';

interface Deps {
  readonly db: Database<Tables>;
}

const keyOf = (payment: PaymentKey): string =>
  'transactionId' in payment
    ? `t ${payment.transactionId}`
    : `m ${payment.mchId} ${payment.outTradeNo}`;

/** A millisecond after the one before at least, also when this node's clock is behind another's. */
export const advance = (db: Kysely<Tables>, row: Tables['shipping_upload']) =>
  db
    .insertInto('shipping_upload')
    .values(row)
    .onDuplicateKeyUpdate({
      uploaded_at: sql<Date>`greatest(values(uploaded_at), uploaded_at + interval 1000 microsecond)`,
    });

export const createMysqlUploadTimes = ({ db }: Deps): UploadTimes => ({
  next: (appId, payment, nowMs) =>
    db.transaction(async (tx) => {
      const key = { app_id: appId, payment: keyOf(payment) };
      await advance(tx, { ...key, uploaded_at: toSqlTime(nowMs) }).execute();
      const row = await tx
        .selectFrom('shipping_upload')
        .select('uploaded_at')
        .where('app_id', '=', key.app_id)
        .where('payment', '=', key.payment)
        .executeTakeFirstOrThrow();
      return fromSqlTime(row.uploaded_at);
    }),
  async purge(uploadedBeforeMs, limit) {
    const { numDeletedRows } = await db.write
      .deleteFrom('shipping_upload')
      .where('uploaded_at', '<', toSqlTime(uploadedBeforeMs))
      .orderBy('uploaded_at')
      .limit(limit)
      .executeTakeFirst();
    return Number(numDeletedRows);
  },
});

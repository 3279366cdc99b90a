import type { RecordedPayment } from '@app/contracts';
import type { Clock } from '@app/kernel';
import { fromCursor, toCursor } from '../domain/cursor.ts';
import { auditOrder, lastChangeMs, type OrderMoney } from '../domain/money-audit.ts';
import { invalidField } from '../errors.ts';
import type { OrderBooks } from '../repository.ts';
import type { Payments } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly books: OrderBooks;
  readonly payments: Pick<Payments, 'findAll'>;
  readonly clock: Clock;
}

/** As many as pay takes in one call. */
const BATCH = 100;
const DEFAULT_LIMIT = 500;
const DEFAULT_SETTLING_MS = 60_000;

const startOf = (cursor: string | undefined): string | undefined => {
  if (cursor === undefined) return undefined;
  const beforeId = fromCursor(cursor);
  if (beforeId === undefined)
    throw invalidField('cursor', { zh: '不是本列表的游标', en: 'is not a cursor of this list' });
  return beforeId;
};

export const createAuditMoney = ({ books, payments, clock }: Deps): Usecases['auditMoney'] => {
  /** Orders before payments: what changes in between is young on the side of pay, and settling. */
  const paymentsOf = async (
    orders: readonly OrderMoney[],
  ): Promise<ReadonlyMap<string, RecordedPayment>> => {
    const found = new Map<string, RecordedPayment>();
    for (let from = 0; from < orders.length; from += BATCH) {
      const batch = orders.slice(from, from + BATCH).map(({ orderNo }) => orderNo);
      for (const payment of await payments.findAll(batch)) found.set(payment.orderNo, payment);
    }
    return found;
  };

  return async ({ cursor, limit = DEFAULT_LIMIT, settlingMs = DEFAULT_SETTLING_MS }) => {
    const orders = await books.page(startOf(cursor), limit);
    const recorded = await paymentsOf(orders);
    const youngMs = clock.nowMs() - settlingMs;
    const differing = orders
      .map((order) => ({ order, payment: recorded.get(order.orderNo) }))
      .map((pair) => ({
        differences: auditOrder(pair.order, pair.payment),
        isSettling: lastChangeMs(pair.order, pair.payment) > youngMs,
      }))
      .filter(({ differences }) => differences.length > 0);
    const last = orders.at(-1);
    return {
      orders: orders.length,
      payments: recorded.size,
      refunds: orders.reduce((sum, { refunds }) => sum + refunds.length, 0),
      settling: differing.filter(({ isSettling }) => isSettling).length,
      differences: differing
        .filter(({ isSettling }) => !isSettling)
        .flatMap(({ differences }) => differences),
      nextCursor: orders.length < limit || last === undefined ? null : toCursor(last.id),
    };
  };
};

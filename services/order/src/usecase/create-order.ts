import { isError, type Clock, type Ids } from '@app/kernel';
import type { LineRequest } from '../domain/place-order.ts';
import { mergeLines, place, toItem, totalOf } from '../domain/place-order.ts';
import { orderNumber } from '../domain/order-number.ts';
import { toOrderView } from '../domain/views.ts';
import { invalidField, isOneOf, orderError } from '../errors.ts';
import type { OrderRepository } from '../repository.ts';
import type { OrderJobs, People, Prices, Stock } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly orders: Pick<OrderRepository, 'insert' | 'find'>;
  readonly prices: Prices;
  readonly people: Pick<People, 'address'>;
  readonly stock: Pick<Stock, 'reserve' | 'release'>;
  readonly jobs: Pick<OrderJobs, 'due'>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly paymentTimeoutMs: number;
}

/**
 * Stock holds the pieces a little longer than the buyer may pay, so that the order closes before
 * they are sold to somebody else; not much longer, because they are sellable again within a minute.
 */
export const HOLD_LONGER_MS = 30_000;
const QUANTITY_MAX = 9999;
/** How many numbers are tried when the reservations of the earlier ones have ended. */
const TURNS_MAX = 3;

const checked = (items: readonly LineRequest[]): readonly LineRequest[] => {
  const lines = mergeLines(items);
  if (lines.some(({ quantity }) => quantity > QUANTITY_MAX))
    throw invalidField('items', {
      zh: `同一商品最多购买 ${QUANTITY_MAX} 件`,
      en: `at most ${QUANTITY_MAX} pieces of one SKU`,
    });
  return lines;
};

/**
 * Price, reserve, insert. Whatever crashes in between leaves a reservation that ends by itself, and
 * a retry with the same key finds it again, because it reserves under the same order number.
 */
export const createCreateOrder = (deps: Deps): Usecases['createOrder'] => {
  const { orders, prices, people, stock, jobs, clock, ids, paymentTimeoutMs } = deps;

  const reserve = async (operationId: string, lines: readonly LineRequest[]) => {
    for (let turn = 0; ; turn += 1) {
      const orderNo = orderNumber(operationId, turn);
      try {
        const untilMs = clock.nowMs() + paymentTimeoutMs + HOLD_LONGER_MS;
        const { expiresAtMs } = await stock.reserve(orderNo, lines, untilMs);
        return { orderNo, expiresAtMs: expiresAtMs - HOLD_LONGER_MS };
      } catch (error) {
        // The first run of this request died long ago; its reservation has ended without an order.
        if (turn + 1 >= TURNS_MAX || !isError(error, 'STOCK_RESERVATION_ENDED')) throw error;
      }
    }
  };

  /** Only when it is certain that there is no order; otherwise the reservation ends by itself. */
  const giveBack = async (orderNo: string, error: unknown): Promise<void> => {
    const { data } = error as { data?: { outcome?: string } };
    if (isOneOf(error, ['IDEMPOTENCY_IN_PROGRESS']) || data?.outcome === 'unknown') return;
    const isAbsent = await orders.find(orderNo).then(
      (found) => found === undefined,
      () => false,
    );
    if (isAbsent) await stock.release(orderNo, 'closed').catch(() => undefined);
  };

  return async ({ userId, items, addressId, remark = '', operation }) => {
    const lines = checked(items);
    const [priced, address] = await Promise.all([
      prices.priceLines(lines),
      people.address(userId, addressId),
    ]);
    const bought = priced.map(toItem);
    totalOf(bought);
    const { orderNo, expiresAtMs } = await reserve(operation.operationId, lines);
    const change = place({
      ...{ id: ids.next(), orderNo, userId, items: bought, address, remark },
      ...{ nowMs: clock.nowMs(), expiresAtMs },
    });
    try {
      const isNew = await orders.insert(change, { operation, toResult: toOrderView });
      if (!isNew) throw orderError('ORDER_ILLEGAL_TRANSITION', { data: { orderNo } });
    } catch (error) {
      await giveBack(orderNo, error);
      throw error;
    }
    if (change.next.actAtMs !== null) jobs.due(change.next.actAtMs);
    return toOrderView(change.next);
  };
};

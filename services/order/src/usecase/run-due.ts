import type { Clock } from '@app/kernel';
import { confirm, unchanged } from '../domain/order.ts';
import type { OrderRepository } from '../repository.ts';
import type { OrderAlarms, PaymentNews } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly orders: Pick<OrderRepository, 'find' | 'update' | 'listDue' | 'postpone'>;
  readonly news: Pick<PaymentNews, 'close'>;
  readonly alarms: Pick<OrderAlarms, 'dueFailed'>;
  readonly clock: Clock;
}

const BATCH = 100;
/** Then the next job or sweep goes on: nothing here may run without an end. */
const BATCHES_MAX = 100;
/** Each closing may wait for WeChat. */
const AT_ONCE = 8;
/** An order whose closing failed must not keep those behind it from their turn. */
const AGAIN_AFTER_MS = 5000;

export const createRunDue = ({ orders, news, alarms, clock }: Deps): Usecases['runDue'] => {
  const act = async (orderNo: string): Promise<void> => {
    const order = await orders.find(orderNo);
    if (order?.status === 'pending_payment') await news.close(orderNo, 'timeout');
    else
      await orders.update(orderNo, (current) =>
        current.status === 'shipped' && (current.actAtMs ?? Infinity) <= clock.nowMs()
          ? confirm(current, 'time', clock.nowMs())
          : unchanged(current),
      );
  };

  const tryOne = async (orderNo: string): Promise<void> => {
    try {
      await act(orderNo);
    } catch (error) {
      alarms.dueFailed(orderNo, error);
      await orders.postpone(orderNo, clock.nowMs() + AGAIN_AFTER_MS);
    }
  };

  return async ({ lateMs = 0 } = {}) => {
    let done = 0;
    for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
      const due = await orders.listDue(clock.nowMs() - lateMs, BATCH);
      for (let from = 0; from < due.length; from += AT_ONCE)
        await Promise.all(due.slice(from, from + AT_ONCE).map(tryOne));
      done += due.length;
      if (due.length < BATCH) break;
    }
    return done;
  };
};

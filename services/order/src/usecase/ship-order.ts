import type { Clock } from '@app/kernel';
import { ship } from '../domain/order.ts';
import { toAdminOrderView } from '../domain/views.ts';
import type { OrderRepository } from '../repository.ts';
import type { OrderJobs } from '../service.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly orders: Pick<OrderRepository, 'update'>;
  readonly jobs: Pick<OrderJobs, 'due'>;
  readonly clock: Clock;
  readonly confirmAfterMs: number;
}

export const createShipOrder =
  ({ orders, jobs, clock, confirmAfterMs }: Deps): Usecases['shipOrder'] =>
  async ({ orderNo, carrier, trackingNo }) => {
    const after = await orders.update(orderNo, (order) =>
      ship(order, { carrier, trackingNo }, { nowMs: clock.nowMs(), confirmAfterMs }),
    );
    if (after.actAtMs !== null) jobs.due(after.actAtMs);
    return toAdminOrderView(after);
  };

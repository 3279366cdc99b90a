import { order } from '@app/contracts';
import { assert } from '@app/kernel';
import { actionHandlers, type CallContext, type ServiceSchema } from '@app/runtime';
import type { Operation } from '../../repository.ts';
import type { Usecases } from '../../usecase.ts';

/** Runs an effect once per caller and Idempotency-Key; everybody who repeats gets the first answer. */
export type RunOnce = <R>(
  call: CallContext,
  params: unknown,
  execute: (operation: Operation<R>) => Promise<R>,
) => Promise<R>;

interface Deps {
  readonly usecases: Usecases;
  readonly runOnce: RunOnce;
}

const userIdOf = ({ caller }: CallContext): string => {
  assert(caller.kind === 'user', 'a route for app users is called by one');
  return caller.userId;
};

/** Contract → use-case, nothing else. */
export const createOrderActions = ({ usecases, runOnce }: Deps): ServiceSchema =>
  actionHandlers(order, {
    createOrder: (params, call) =>
      runOnce(call, params, (operation) =>
        usecases.createOrder({ ...params, userId: userIdOf(call), operation }),
      ),
    listMyOrders: (params, call) => usecases.listMyOrders({ ...params, userId: userIdOf(call) }),
    getMyOrder: (params, call) => usecases.getMyOrder({ ...params, userId: userIdOf(call) }),
    payOrder: (params, call) => usecases.payOrder({ ...params, userId: userIdOf(call) }),
    cancelOrder: (params, call) => usecases.cancelOrder({ ...params, userId: userIdOf(call) }),
    confirmOrder: (params, call) => usecases.confirmOrder({ ...params, userId: userIdOf(call) }),
    requestRefund: (params, call) =>
      runOnce(call, params, (operation) =>
        usecases.requestRefund({ ...params, userId: userIdOf(call), operation }),
      ),
    listOrders: (params) => usecases.listOrders(params),
    getOrder: (params) => usecases.getOrder(params),
    shipOrder: (params) => usecases.shipOrder(params),
    approveRefund: (params) => usecases.decideRefund({ ...params, verdict: 'approve' }),
    rejectRefund: (params) => usecases.decideRefund({ ...params, verdict: 'reject' }),
    auditMoney: (params) => usecases.auditMoney(params),
  });

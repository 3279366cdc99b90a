import { order } from '@app/contracts';
import { eventually } from '@app/testing';
import { ids } from './builders.ts';
import { operator, shopper, type World } from './order-world.ts';

const { actions } = order;

/** What a buyer and an operator do, as the gateway would pass it on. */
export const createBuyer = ({ call, ...world }: World, userId = ids.next()) => {
  const caller = shopper(userId);
  const create = (skuId: string, quantity = 1, idempotencyKey: string = ids.next()) =>
    call(
      actions.createOrder,
      { items: [{ skuId, quantity }], addressId: '01K9ZQ4T6V8N2M3P5R7S9W1X0Y' },
      { caller, idempotencyKey },
    );
  const read = (orderNo: string) => call(actions.getMyOrder, { orderNo }, { caller });
  const pay = (orderNo: string) => call(actions.payOrder, { orderNo }, { caller });
  const waitFor = (orderNo: string, status: string) =>
    eventually(
      async () => {
        const seen = await call(actions.getOrder, { orderNo }, { caller: operator });
        if (seen.status !== status) throw new Error(`${orderNo} is ${seen.status}`);
        return seen;
      },
      { withinMs: 20_000 },
    );
  const settle = async (orderNo: string) => {
    world.payerPays(orderNo);
    await world.publish('pay.paymentSucceeded', world.paymentFact(orderNo));
    return waitFor(orderNo, 'paid');
  };
  return {
    ...{ caller, create, read, pay, waitFor, settle },
    cancel: (orderNo: string) => call(actions.cancelOrder, { orderNo }, { caller }),
    confirm: (orderNo: string) => call(actions.confirmOrder, { orderNo }, { caller }),
    list: (query: { limit?: number; cursor?: string; status?: 'paid' | 'closed' } = {}) =>
      call(actions.listMyOrders, query, { caller }),
    refund: (orderNo: string, amountFen?: number, idempotencyKey: string = ids.next()) =>
      call(
        actions.requestRefund,
        { orderNo, reason: '不想要了', ...(amountFen === undefined ? {} : { amountFen }) },
        { caller, idempotencyKey },
      ),
    ship: (orderNo: string) =>
      call(
        actions.shipOrder,
        { orderNo, carrier: 'SF', trackingNo: 'SF1234' },
        { caller: operator },
      ),
    approve: (
      orderNo: string,
      refundNo: string,
      returned: { skuId: string; quantity: number }[] = [],
    ) => call(actions.approveRefund, { orderNo, refundNo, returned }, { caller: operator }),
    reject: (orderNo: string, refundNo: string) =>
      call(actions.rejectRefund, { orderNo, refundNo }, { caller: operator }),
    async paid(skuId: string, quantity = 1) {
      const placed = await create(skuId, quantity);
      await pay(placed.orderNo);
      return settle(placed.orderNo);
    },
  };
};

import type { ParamsOf, PayloadOf, ResultOf, order, pay } from '@app/contracts';
import type { Lane } from './domain/follow-up.ts';
import type { Operation, TransactionScope } from './repository.ts';

type Actions = typeof order.actions;
type Result<Name extends keyof Actions> = Promise<ResultOf<Actions[Name]>>;
type OfBuyer<Name extends keyof Actions> = ParamsOf<Actions[Name]> & { readonly userId: string };

/** What this service can do: one entry per file in `usecase/`. */
export interface Usecases {
  /** @throws SKU_NOT_FOR_SALE, ADDRESS_NOT_FOUND, STOCK_EXHAUSTED, ORDER_AMOUNT_TOO_LARGE */
  createOrder(
    command: OfBuyer<'createOrder'> & {
      readonly operation: Operation<ResultOf<Actions['createOrder']>>;
    },
  ): Result<'createOrder'>;
  listMyOrders(query: OfBuyer<'listMyOrders'>): Result<'listMyOrders'>;
  /** @throws ORDER_NOT_FOUND, also when it is somebody else's */
  getMyOrder(query: OfBuyer<'getMyOrder'>): Result<'getMyOrder'>;
  /** @throws ORDER_NOT_FOUND, ORDER_ILLEGAL_TRANSITION, ORDER_PAYER_UNKNOWN */
  payOrder(command: OfBuyer<'payOrder'>): Result<'payOrder'>;
  /** @throws ORDER_NOT_FOUND, ORDER_ILLEGAL_TRANSITION */
  cancelOrder(command: OfBuyer<'cancelOrder'>): Result<'cancelOrder'>;
  /** @throws ORDER_NOT_FOUND, ORDER_ILLEGAL_TRANSITION */
  confirmOrder(command: OfBuyer<'confirmOrder'>): Result<'confirmOrder'>;
  /** @throws ORDER_NOT_FOUND, ORDER_ILLEGAL_TRANSITION, REFUND_EXCEEDS_PAID */
  requestRefund(
    command: OfBuyer<'requestRefund'> & {
      readonly operation: Operation<ResultOf<Actions['requestRefund']>>;
    },
  ): Result<'requestRefund'>;
  listOrders(query: ParamsOf<Actions['listOrders']>): Result<'listOrders'>;
  /** @throws ORDER_NOT_FOUND */
  getOrder(query: ParamsOf<Actions['getOrder']>): Result<'getOrder'>;
  /** @throws ORDER_NOT_FOUND, ORDER_ILLEGAL_TRANSITION */
  shipOrder(command: ParamsOf<Actions['shipOrder']>): Result<'shipOrder'>;
  /** @throws ORDER_NOT_FOUND, ORDER_REFUND_NOT_FOUND, ORDER_REFUND_DECIDED */
  decideRefund(
    command: ParamsOf<Actions['approveRefund']> & { readonly verdict: 'approve' | 'reject' },
  ): Result<'approveRefund'>;
  /** One page of orders against pay. */
  auditMoney(command: ParamsOf<Actions['auditMoney']>): Result<'auditMoney'>;
  /** Closes and completes what has been due for `lateMs`; how many orders it dealt with. */
  runDue(command?: { readonly lateMs?: number }): Promise<number>;
  /** Tells a neighbour what one order has for it, in order, as far as the neighbour takes it. */
  runFollowUps(command: { readonly orderId: string; readonly lane: Lane }): Promise<void>;
  receivePayment(
    fact: PayloadOf<typeof pay.facts.paymentSucceeded>,
    scope: TransactionScope,
  ): Promise<void>;
  receiveLateMoney(
    fact: PayloadOf<typeof pay.facts.lateMoneyReceived>,
    scope: TransactionScope,
  ): Promise<void>;
  receiveRefund(
    fact: PayloadOf<typeof pay.facts.refundFinished>,
    scope: TransactionScope,
  ): Promise<void>;
}

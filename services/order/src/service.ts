import type { DeliveryAddress, PricedLine, RecordedPayment, ReturnedLine } from '@app/contracts';
import type { Lane } from './domain/follow-up.ts';
import type { Order } from './domain/order.ts';
import type { LineRequest } from './domain/place-order.ts';
import type { Payment } from './domain/settle-payment.ts';
import type { TransactionScope } from './repository.ts';

/** Asks goods. @throws SKU_NOT_FOR_SALE */
export interface Prices {
  priceLines(items: readonly LineRequest[]): Promise<readonly PricedLine[]>;
}

/** Asks user. */
export interface People {
  /** @throws ADDRESS_NOT_FOUND */
  address(userId: string, addressId: string): Promise<DeliveryAddress>;
  /** Who the buyer is in the app that takes payments; null when they never signed in there. */
  openid(userId: string): Promise<string | null>;
}

/** Tells stock; everything by order number, everything can be repeated. */
export interface Stock {
  /**
   * @returns until when it is held, which for a repeat is the moment of the first time
   * @throws STOCK_EXHAUSTED, STOCK_RESERVATION_ENDED
   */
  reserve(
    orderNo: string,
    lines: readonly LineRequest[],
    expiresAtMs: number,
  ): Promise<{ readonly expiresAtMs: number }>;
  /** `gone`: paid too late, nothing is held for this order and nothing will be. */
  commit(orderNo: string): Promise<'committed' | 'gone'>;
  release(orderNo: string, reason: 'closed' | 'refunded'): Promise<void>;
  returnPieces(orderNo: string, refundNo: string, lines: readonly ReturnedLine[]): Promise<void>;
}

/** What `wx.requestPayment` takes. */
export interface CashierParams {
  readonly prepayId: string;
  readonly timeStamp: string;
  readonly nonceStr: string;
  readonly package: string;
  readonly signType: 'RSA';
  readonly paySign: string;
}

export type PaymentState =
  /** `pay` never heard of the order. */
  | { readonly kind: 'none' }
  | { readonly kind: 'pending' }
  | { readonly kind: 'closed' }
  | {
      readonly kind: 'paid';
      readonly totalFen: number;
      readonly transactionId: string;
      readonly paidAtMs: number;
    };

/** Asks pay. Fails with UPSTREAM_WECHAT_PAY_… and SERVICE_UNAVAILABLE. */
export interface Payments {
  /** @throws PAYMENT_ILLEGAL_TRANSITION when it is paid or closed by now */
  createPrepay(request: {
    readonly orderNo: string;
    readonly openid: string;
    readonly totalFen: number;
    readonly description: string;
    readonly expiresAtMs: number;
  }): Promise<CashierParams>;
  /** Asks WeChat when nobody knows yet, and gives up soon. */
  find(orderNo: string): Promise<PaymentState>;
  /** What is recorded of at most 100 orders; those without a payment are left out. */
  findAll(orderNos: readonly string[]): Promise<readonly RecordedPayment[]>;
  /** Nobody can pay any more, or somebody has. */
  close(orderNo: string): Promise<PaymentState>;
  /** @throws what can never succeed as PAYMENT_… and REFUND_… */
  createRefund(request: {
    readonly refundNo: string;
    readonly orderNo: string;
    readonly amountFen: number;
    readonly reason: string;
  }): Promise<void>;
}

/** Tells WeChat, through wechat-ccs, that goods are on their way. */
export interface ShippingReports {
  /** Can be repeated. @throws WECHAT_ORDER_NOT_VISIBLE, WECHAT_SHIPPING_… and upstream failures */
  upload(order: Order): Promise<void>;
}

/** Jobs are hints: what cannot be scheduled is found by a sweeper. None of these fails. */
export interface OrderJobs {
  /** Look for due orders at this moment. */
  due(atMs: number): void;
  followUp(
    one: { readonly id: string; readonly orderId: string; readonly lane: Lane },
    turn: number,
    delayMs: number,
  ): void;
}

/** What operators must hear of. */
export interface OrderAlarms {
  /** A neighbour refused for good what has to be done. */
  followUpRefused(orderNo: string, kind: string, error: unknown): void;
  /** A neighbour has not taken it for about an hour; it is tried on. */
  followUpStuck(orderNo: string, kind: string, error: unknown): void;
  /** The payer's account does not take a refund. */
  abnormalRefund(orderNo: string, refundNo: string): void;
  /** Time is up but the order could not be closed or completed; it is tried again. */
  dueFailed(orderNo: string, error: unknown): void;
}

/** Where all news of payments end. */
export interface PaymentNews {
  /** Paid once or given back once, however often it is told. @throws ORDER_NOT_FOUND */
  settle(orderNo: string, payment: Payment, scope?: TransactionScope): Promise<Order>;
  /** Asks pay and applies the answer; the order as it was when pay cannot be asked. */
  ask(order: Order): Promise<Order>;
  /**
   * Makes sure that nobody can pay any more and closes the order, or learns that it is paid: the
   * order afterwards says which. @throws UPSTREAM_WECHAT_PAY_…, SERVICE_UNAVAILABLE: nothing happened
   */
  close(orderNo: string, reason: 'cancelled' | 'timeout'): Promise<Order>;
}

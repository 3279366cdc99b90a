import { WechatError } from './errors.ts';

/** 1 to ship, 2 shipped, 3 receipt confirmed, 4 finished, 5 refunded, 6 funds pending settlement. */
export type OrderState = 1 | 2 | 3 | 4 | 5 | 6;

export interface Parcel {
  readonly tracking_no?: string;
  readonly express_company?: string;
  readonly item_desc?: string;
  readonly contact?: Readonly<Record<string, string>>;
}

/** What a shop says of the shipping of one order, checked for form. */
export interface ShippingInfo {
  readonly logistics_type: number;
  readonly delivery_mode: number;
  readonly is_all_delivered: boolean;
  readonly shipping_list: readonly Parcel[];
}

export interface PaidOrder {
  readonly appid: string;
  readonly openid: string;
  readonly transactionId: string;
  readonly mchid: string;
  readonly outTradeNo: string;
  readonly amountFen: number;
  readonly paidAtMs: number;
  /** Until then the shipping service does not see the payment (10060001). */
  readonly visibleAtMs: number;
  state: OrderState;
  shipping: ShippingInfo | undefined;
  /** How often shipping was completed: the second time is the re-ship. */
  finishCount: 0 | 1 | 2;
  uploadedAtMs: number;
  isReminded: boolean;
}

export interface OrderKey {
  readonly transactionId?: string;
  readonly mchid?: string;
  readonly outTradeNo?: string;
}

export interface PaidOrderInput {
  readonly appid: string;
  readonly openid: string;
  readonly transactionId: string;
  readonly mchid: string;
  readonly outTradeNo: string;
  readonly amountFen: number;
  readonly visibleAfterMs?: number;
}

/** Paid orders whose money WeChat holds until they are shipped (reference 9). */
export interface ShippingBook {
  /** The buyer has paid; the WeChat Pay sandbox calls this too. A second time changes nothing. */
  addPaidOrder(input: PaidOrderInput): PaidOrder;
  /** 10060001 when there is none that is visible yet. */
  find(appid: string, key: OrderKey): PaidOrder;
  /** 10060002, 10060003, 10060004, 10060023, 10060031 and 268485216 as the state demands. */
  upload(order: PaidOrder, openid: string, info: ShippingInfo, uploadAtMs: number): void;
  /** The buyer confirms the receipt (2 → 3); false when there is nothing to confirm. */
  confirm(order: PaidOrder): boolean;
  /** The money goes to the shop (3 → 4). */
  settle(order: PaidOrder): boolean;
  refund(order: PaidOrder): void;
  list(appid?: string): readonly PaidOrder[];
  clear(): void;
}

const EXPRESS_SPLIT = 2;

const isSame = (left: ShippingInfo | undefined, right: ShippingInfo): boolean =>
  JSON.stringify(left) === JSON.stringify(right);

const completes = ({ delivery_mode, is_all_delivered }: ShippingInfo): boolean =>
  delivery_mode !== EXPRESS_SPLIT || is_all_delivered;

export const createShippingBook = (nowMs: () => number): ShippingBook => {
  const orders: PaidOrder[] = [];

  const known = (appid: string, { transactionId, mchid, outTradeNo }: OrderKey) =>
    orders.find(
      (order) =>
        order.appid === appid &&
        (transactionId === undefined
          ? order.mchid === mchid && order.outTradeNo === outTradeNo
          : order.transactionId === transactionId),
    );

  const moveTo = (order: PaidOrder, from: OrderState, to: OrderState): boolean => {
    if (order.state !== from) return false;
    order.state = to;
    return true;
  };

  return {
    addPaidOrder({ visibleAfterMs = 0, ...input }) {
      const present = known(input.appid, { transactionId: input.transactionId });
      if (present !== undefined) return present;
      const paidAtMs = nowMs();
      const order: PaidOrder = {
        ...input,
        paidAtMs,
        visibleAtMs: paidAtMs + visibleAfterMs,
        state: 1,
        shipping: undefined,
        finishCount: 0,
        uploadedAtMs: 0,
        isReminded: false,
      };
      orders.push(order);
      return order;
    },
    find(appid, key) {
      const order = known(appid, key);
      if (order === undefined || nowMs() < order.visibleAtMs) throw new WechatError(10060001);
      return order;
    },
    upload(order, openid, info, uploadAtMs) {
      if (order.openid !== openid) throw new WechatError(10060031);
      if (order.state > 2) throw new WechatError(10060004);
      if (isSame(order.shipping, info)) throw new WechatError(10060023);
      if (uploadAtMs <= order.uploadedAtMs) throw new WechatError(268485216);
      if (order.finishCount === 2) throw new WechatError(10060003);
      // What is complete may be changed once, and then only by something complete.
      if (order.finishCount === 1 && !completes(info)) throw new WechatError(10060002);
      order.shipping = info;
      order.uploadedAtMs = uploadAtMs;
      if (!completes(info)) return;
      order.finishCount = order.finishCount === 0 ? 1 : 2;
      order.state = 2;
    },
    confirm: (order) => moveTo(order, 2, 3),
    settle: (order) => moveTo(order, 3, 4),
    refund: (order) => {
      order.state = 5;
    },
    list: (appid) => orders.filter((order) => appid === undefined || order.appid === appid),
    clear: () => {
      orders.length = 0;
    },
  };
};

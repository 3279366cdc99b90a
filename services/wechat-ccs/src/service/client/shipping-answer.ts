import type { DeliveryMode, Logistics, Parcel, ShippedOrder } from '../../domain/shipping.ts';
import { asRecord, isText } from './wechat-answer.ts';

export const logisticsTypes = {
  express: 1,
  same_city: 2,
  virtual: 3,
  pickup: 4,
} as const satisfies Readonly<Record<Logistics, number>>;

export const deliveryModes = { unified: 1, split: 2 } as const satisfies Readonly<
  Record<DeliveryMode, number>
>;

const states = {
  1: 'to_ship',
  2: 'shipped',
  3: 'received',
  4: 'finished',
  5: 'refunded',
  6: 'pending_settlement',
} as const satisfies Readonly<Record<number, ShippedOrder['state']>>;

const nameOf = <Name extends string>(
  names: Readonly<Record<Name, number>>,
  value: unknown,
): Name | null => (Object.keys(names) as Name[]).find((name) => names[name] === value) ?? null;

const textOrNull = (value: unknown): string | null => (isText(value) ? value : null);

const readParcel = (value: unknown): readonly Parcel[] => {
  const parcel = asRecord(value);
  if (parcel === undefined) return [];
  return [
    {
      trackingNo: textOrNull(parcel['tracking_no']),
      carrier: textOrNull(parcel['express_company']),
      description: textOrNull(parcel['item_desc']),
    },
  ];
};

/** Before anything was uploaded WeChat leaves it out or gives an empty one. */
const readShipping = (value: unknown): ShippedOrder['shipping'] => {
  const shipping = asRecord(value);
  const list = shipping?.['shipping_list'];
  if (shipping === undefined || !Array.isArray(list) || list.length === 0) return null;
  const count = shipping['finish_shipping_count'];
  return {
    logistics: nameOf(logisticsTypes, shipping['logistics_type']),
    mode: nameOf(deliveryModes, shipping['delivery_mode']),
    isFinished: shipping['finish_shipping'] === true,
    finishCount: typeof count === 'number' && Number.isInteger(count) && count > 0 ? count : 0,
    parcels: list.flatMap(readParcel),
  };
};

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** `undefined` when a field that must be there is not: the answer is garbage. */
export const readOrder = (fields: Readonly<Record<string, unknown>>): ShippedOrder | undefined => {
  const order = asRecord(fields['order']);
  if (order === undefined) return undefined;
  const { transaction_id, merchant_id, merchant_trade_no, openid, paid_amount } = order;
  const state = (states as Readonly<Record<number, ShippedOrder['state']>>)[
    Number(order['order_state'])
  ];
  const isWhole =
    isText(transaction_id) &&
    isText(merchant_id) &&
    isText(merchant_trade_no) &&
    isText(openid) &&
    isCount(paid_amount);
  if (!isWhole || state === undefined) return undefined;
  const payTime = order['pay_time'];
  return {
    transactionId: transaction_id,
    mchId: merchant_id,
    outTradeNo: merchant_trade_no,
    openid,
    paidFen: paid_amount,
    paidAtMs: isCount(payTime) && payTime > 0 ? payTime * 1000 : null,
    state,
    isInComplaint: order['in_complaint'] === true,
    shipping: readShipping(order['shipping']),
  };
};

/** `undefined` when there is no list, or one of something else. */
export const readCarriers = (fields: Readonly<Record<string, unknown>>) => {
  const list = fields['delivery_list'];
  if (!Array.isArray(list)) return undefined;
  return list.flatMap((value: unknown) => {
    const carrier = asRecord(value);
    const [id, name] = [carrier?.['delivery_id'], carrier?.['delivery_name']];
    return isText(id) && isText(name) ? [{ id, name }] : [];
  });
};

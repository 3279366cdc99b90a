import { Type } from '@sinclair/typebox';
import type { ErrorEntry } from '@app/kernel';
import type { ActionSpec } from '../define.ts';
import { At, closed, nullable, view } from '../schemas.ts';
import { AppId, Openid, upstreamErrors } from './shared.ts';

const PaymentNo = Type.String({ pattern: '^[A-Za-z0-9_*@|-]{1,64}$' });

/** A payment: by WeChat's number, or by ours with the merchant's. */
const Payment = Type.Union(
  [closed({ transactionId: PaymentNo }), closed({ mchId: PaymentNo, outTradeNo: PaymentNo })],
  { examples: [{ mchId: '1900000001', outTradeNo: 'A20261121000001' }] },
);

const Logistics = Type.Union([
  Type.Literal('express'),
  Type.Literal('same_city'),
  Type.Literal('virtual'),
  Type.Literal('pickup'),
]);

const DeliveryMode = Type.Union([Type.Literal('unified'), Type.Literal('split')]);

const ParcelCode = Type.String({ minLength: 1, maxLength: 128 });

const errors = [
  'WECHAT_APP_UNKNOWN',
  'WECHAT_ORDER_NOT_VISIBLE',
  'WECHAT_SHIPPING_INVALID',
  'WECHAT_QUOTA_EXHAUSTED',
  ...upstreamErrors,
] as const;

/** Shipping information of paid orders. */
export const shippingActions = {
  uploadShippingInfo: {
    summary: 'Tell WeChat that a paid order was shipped',
    description:
      'Safe to repeat: the same information again is `unchanged`. After completed shipping WeChat takes other information once more and no further.',
    params: closed({
      appId: Type.Optional(AppId),
      payment: Payment,
      openid: Openid,
      logistics: Logistics,
      mode: Type.Optional(
        Type.Union([Type.Literal('unified'), Type.Literal('split')], { default: 'unified' }),
      ),
      isAllDelivered: Type.Optional(
        Type.Boolean({ description: 'Needed for `split`: this completes the shipping' }),
      ),
      parcels: Type.Array(
        closed({
          trackingNo: Type.Optional(ParcelCode),
          carrier: Type.Optional(
            Type.String({ minLength: 1, maxLength: 128, description: 'An id of listCarriers' }),
          ),
          description: Type.String({
            minLength: 1,
            maxLength: 2000,
            description: 'What is in it; cut at 120 characters',
          }),
          consignorPhone: Type.Optional(Type.String({ minLength: 4, maxLength: 64 })),
          receiverPhone: Type.Optional(
            Type.String({
              minLength: 4,
              maxLength: 64,
              description: 'Masked before it is sent; SF Express needs one of the two phones',
            }),
          ),
        }),
        { minItems: 1, maxItems: 15 },
      ),
    }),
    result: view({ outcome: Type.Union([Type.Literal('uploaded'), Type.Literal('unchanged')]) }),
    errors: [
      ...errors,
      'WECHAT_ORDER_OF_OTHER_USER',
      'WECHAT_SHIPPING_DONE',
      'WECHAT_SHIPPING_ILLEGAL_STATE',
    ],
    idempotent: true,
    timeoutMs: 15_000,
  },
  findShipping: {
    summary: 'What WeChat knows of the shipping of a payment',
    params: closed({ appId: Type.Optional(AppId), payment: Payment }),
    result: view({
      transactionId: Type.String(),
      mchId: Type.String(),
      outTradeNo: Type.String(),
      openid: Type.String(),
      paidFen: Type.Integer({ minimum: 0 }),
      paidAt: nullable(At),
      state: Type.Union([
        Type.Literal('to_ship'),
        Type.Literal('shipped'),
        Type.Literal('received'),
        Type.Literal('finished'),
        Type.Literal('refunded'),
        Type.Literal('pending_settlement'),
      ]),
      isInComplaint: Type.Boolean(),
      shipping: nullable(
        view({
          logistics: nullable(Logistics),
          mode: nullable(DeliveryMode),
          isFinished: Type.Boolean(),
          finishCount: Type.Integer({ minimum: 0, description: '2: re-shipping is used up' }),
          parcels: Type.Array(
            view({
              trackingNo: nullable(Type.String()),
              carrier: nullable(Type.String()),
              description: nullable(Type.String()),
            }),
          ),
        }),
      ),
    }),
    errors,
    idempotent: true,
    timeoutMs: 15_000,
  },
  remindReceipt: {
    summary: 'Have WeChat ask the buyer to confirm the receipt; once per order, express only',
    params: closed({ appId: Type.Optional(AppId), payment: Payment, receivedAt: At }),
    result: view({
      outcome: Type.Union([Type.Literal('reminded'), Type.Literal('already_reminded')]),
    }),
    errors: [...errors, 'WECHAT_SHIPPING_ILLEGAL_STATE'],
    idempotent: true,
    timeoutMs: 15_000,
  },
  listCarriers: {
    summary: 'The carriers that WeChat knows, cached for a day',
    params: closed({ appId: Type.Optional(AppId) }),
    result: view({ carriers: Type.Array(view({ id: Type.String(), name: Type.String() })) }),
    errors: ['WECHAT_APP_UNKNOWN', 'WECHAT_QUOTA_EXHAUSTED', ...upstreamErrors],
    idempotent: true,
    timeoutMs: 15_000,
  },
  isTradeManaged: {
    summary: 'Whether WeChat holds the money of this mini program back until the goods are shipped',
    params: closed({ appId: Type.Optional(AppId) }),
    result: view({ isManaged: Type.Boolean() }),
    errors: ['WECHAT_APP_UNKNOWN', 'WECHAT_QUOTA_EXHAUSTED', ...upstreamErrors],
    idempotent: true,
    timeoutMs: 15_000,
  },
} as const satisfies Readonly<Record<string, ActionSpec>>;

export const shippingErrors = {
  WECHAT_ORDER_NOT_VISIBLE: {
    kind: 'unavailable',
    zh: '微信暂未查到该支付单，请稍后重试',
    en: 'WeChat does not know this payment yet, repeat later',
    cause:
      'WeChat answered 10060001. Right after a payment its shipping service may not see it for seconds or minutes; later the numbers are wrong.',
    remedy: 'Repeat with growing pauses; after an hour check mchId, outTradeNo and appId.',
  },
  WECHAT_ORDER_OF_OTHER_USER: {
    kind: 'conflict',
    zh: '支付单不属于该用户',
    en: 'This payment belongs to another user',
    cause: 'WeChat answered 10060031: the openid is not the one that paid.',
    remedy: 'Send the openid of the payer, in the mini program the payment was made in.',
  },
  WECHAT_SHIPPING_INVALID: {
    kind: 'invalid',
    zh: '发货信息不符合要求',
    en: 'The shipping information is not valid',
    cause:
      'A rule of WeChat is broken: `data.field` and `data.rule` when we found it, `data.errcode` when WeChat did.',
    remedy: 'Correct that field and repeat.',
  },
  WECHAT_SHIPPING_DONE: {
    kind: 'conflict',
    zh: '该订单已完成发货，不能再次修改',
    en: 'This order is shipped already and cannot be changed any more',
    cause: 'WeChat answered 10060002 or 10060003: shipping is complete, the one change is used.',
    remedy: 'Nothing to repeat; see findShipping for what WeChat holds.',
  },
  WECHAT_SHIPPING_ILLEGAL_STATE: {
    kind: 'conflict',
    zh: '订单当前状态不支持此操作',
    en: 'The order is not in a state for this',
    cause:
      'WeChat answered 10060004 (no shipping in this state), 10060028 (not shipped yet) or 10060032 (no express); `data.errcode` tells which.',
    remedy: 'See findShipping for the state of the order.',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;

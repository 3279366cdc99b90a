import type { FastifyInstance } from 'fastify';
import { ControlError } from '../control-error.ts';
import { authorize, serve, type WechatCall } from './call.ts';
import { WechatError } from './errors.ts';
import type { WechatApp } from './model.ts';
import type { OrderKey, OrderState, PaidOrder, PaidOrderInput } from './shipping-book.ts';
import { asFields, readShipping, textOf } from './shipping-form.ts';
import type { WechatState } from './state.ts';

const OK = { errcode: 0, errmsg: 'ok' } as const;

/** A few of the vendor's carriers: SF Express is the one with a rule of its own. */
const CARRIERS = [
  { delivery_id: 'SF', delivery_name: '顺丰速运' },
  { delivery_id: 'ZTO', delivery_name: '中通快递' },
  { delivery_id: 'YTO', delivery_name: '圆通速递' },
  { delivery_id: 'JD', delivery_name: '京东快递' },
];

const opened = (state: WechatState, call: WechatCall, body: readonly string[]) => {
  const { app } = authorize(state, call, 'mp');
  const fields = call.body();
  call.refuseUnknown(app, { query: ['access_token'], body });
  return { app, fields };
};

const required = (value: unknown, errcode: number): string => {
  const text = textOf(value);
  if (text === '') throw new WechatError(errcode);
  return text;
};

/** `order_key` of an upload. */
const readOrderKey = (value: unknown): OrderKey => {
  const key = asFields(value) ?? {};
  if (key['order_number_type'] === 2) {
    return { transactionId: required(key['transaction_id'], 268485195) };
  }
  if (key['order_number_type'] !== 1) throw new WechatError(268485194);
  return {
    mchid: required(key['mchid'], 268485196),
    outTradeNo: required(key['out_trade_no'], 268485197),
  };
};

const ORDER_ID = ['transaction_id', 'merchant_id', 'sub_merchant_id', 'merchant_trade_no'];

/** The order of a query: by WeChat's number or by the merchant's two. */
const readOrderId = (fields: Readonly<Record<string, unknown>>): OrderKey => {
  const transactionId = textOf(fields['transaction_id']);
  if (transactionId !== '') return { transactionId };
  return {
    mchid: required(fields['merchant_id'], 10060014),
    outTradeNo: required(fields['merchant_trade_no'], 10060014),
  };
};

/** RFC 3339 with a zone; milliseconds as the vendor's example has them. */
const RFC3339_MS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:\d\d)$/;

const readUploadTime = (value: unknown): number => {
  const text = textOf(value);
  const atMs = RFC3339_MS.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(atMs)) throw new WechatError(268485216);
  return atMs;
};

const UPLOAD = [
  'order_key',
  'logistics_type',
  'delivery_mode',
  'is_all_delivered',
  'shipping_list',
  'upload_time',
  'payer',
];

const upload = (state: WechatState, call: WechatCall): object => {
  const { app, fields } = opened(state, call, UPLOAD);
  const key = readOrderKey(fields['order_key']);
  const info = readShipping(fields);
  const uploadAtMs = readUploadTime(fields['upload_time']);
  const openid = required(asFields(fields['payer'])?.['openid'], 10060014);
  state.shipping.upload(state.shipping.find(app.appid, key), openid, info, uploadAtMs);
  return OK;
};

const seconds = (atMs: number): number => Math.floor(atMs / 1000);

const orderView = (order: PaidOrder): object => ({
  transaction_id: order.transactionId,
  merchant_id: order.mchid,
  sub_merchant_id: '',
  merchant_trade_no: order.outTradeNo,
  description: '',
  paid_amount: order.amountFen,
  openid: order.openid,
  trade_create_time: seconds(order.paidAtMs),
  pay_time: seconds(order.paidAtMs),
  order_state: order.state,
  in_complaint: false,
  shipping:
    order.shipping === undefined
      ? {}
      : {
          delivery_mode: order.shipping.delivery_mode,
          logistics_type: order.shipping.logistics_type,
          finish_shipping: order.finishCount > 0,
          finish_shipping_count: order.finishCount,
          goods_desc: order.shipping.shipping_list.map(({ item_desc }) => item_desc).join(','),
          shipping_list: order.shipping.shipping_list,
        },
});

const getOrder = (state: WechatState, call: WechatCall): object => {
  const { app, fields } = opened(state, call, ORDER_ID);
  return { ...OK, order: orderView(state.shipping.find(app.appid, readOrderId(fields))) };
};

const EXPRESS = 1;

const remind = (state: WechatState, call: WechatCall): object => {
  const { app, fields } = opened(state, call, [...ORDER_ID, 'received_time']);
  const order = state.shipping.find(app.appid, readOrderId(fields));
  if (order.finishCount === 0 || order.state !== 2) throw new WechatError(10060028);
  if (order.shipping?.logistics_type !== EXPRESS) throw new WechatError(10060032);
  const receivedAt = fields['received_time'];
  const isTime = typeof receivedAt === 'number' && Number.isInteger(receivedAt);
  if (!isTime || receivedAt < seconds(order.uploadedAtMs)) throw new WechatError(10060029);
  if (order.isReminded) throw new WechatError(10060030);
  order.isReminded = true;
  return OK;
};

const aboutApp =
  (answer: (app: WechatApp) => object) =>
  (state: WechatState, call: WechatCall): object => {
    const { app, fields } = opened(state, call, ['appid']);
    if (fields['appid'] !== app.appid) throw new WechatError(10060014);
    return { ...OK, ...answer(app) };
  };

const isTradeManaged = aboutApp(() => ({ is_trade_managed: true }));

const listCarriers = (state: WechatState, call: WechatCall): object => {
  opened(state, call, []);
  return { ...OK, delivery_list: CARRIERS, count: CARRIERS.length };
};

/** `POST /wxa/sec/order/…` and the list of carriers (reference 9). */
export const serveShipping = (app: FastifyInstance, state: WechatState): void => {
  const routes = {
    '/wxa/sec/order/upload_shipping_info': upload,
    '/wxa/sec/order/get_order': getOrder,
    '/wxa/sec/order/notify_confirm_receive': remind,
    '/wxa/sec/order/is_trade_managed': isTradeManaged,
    '/cgi-bin/express/delivery/open_msg/get_delivery_list': listCarriers,
  };
  for (const [path, answer] of Object.entries(routes)) {
    serve(app, 'POST', path, (call) => answer(state, call));
  }
};

const identifier = { type: 'string', pattern: '^[A-Za-z0-9_*@|-]{1,64}$' } as const;

const paidOrderSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['openid', 'transactionId', 'mchid', 'outTradeNo', 'amount'],
  properties: {
    appid: identifier,
    openid: identifier,
    transactionId: identifier,
    mchid: identifier,
    outTradeNo: identifier,
    amount: { type: 'integer', minimum: 1 },
    visibleAfterMs: { type: 'integer', minimum: 0 },
  },
} as const;

const stepSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['to'],
  properties: { to: { enum: ['confirmed', 'settled', 'refunded'] } },
} as const;

type PaidOrderBody = Omit<PaidOrderInput, 'appid' | 'amountFen'> & {
  readonly appid?: string;
  readonly amount: number;
};

type Step = 'confirmed' | 'settled' | 'refunded';

const stateAfter = (state: WechatState, transactionId: string, step: Step): OrderState => {
  const order = state.shipping.list().find((one) => one.transactionId === transactionId);
  if (order === undefined) throw new ControlError('transactionId', 'no such order', 404);
  if (step === 'refunded') state.shipping.refund(order);
  else if (!(step === 'confirmed' ? state.shipping.confirm(order) : state.shipping.settle(order))) {
    throw new ControlError('to', `is not possible in state ${order.state}`);
  }
  return order.state;
};

/** What buyers do: pay, confirm the receipt; and WeChat: settle, refund. */
export const controlShipping = (app: FastifyInstance, state: WechatState): void => {
  app.post<{ Body: PaidOrderBody }>(
    '/wechat/paid-orders',
    { schema: { body: paidOrderSchema } },
    (request) => {
      const { amount, appid: wanted, ...order } = request.body;
      const { appid } = state.miniProgram(wanted);
      const { transactionId, state: at } = state.shipping.addPaidOrder({
        ...order,
        appid,
        amountFen: amount,
      });
      return { transactionId, state: at };
    },
  );
  app.get('/wechat/paid-orders', () => state.shipping.list());
  app.patch<{ Params: { transactionId: string }; Body: { to: Step } }>(
    '/wechat/paid-orders/:transactionId',
    { schema: { body: stepSchema } },
    (request) => {
      const { transactionId } = request.params;
      return { transactionId, state: stateAfter(state, transactionId, request.body.to) };
    },
  );
};

import type { FastifyInstance } from 'fastify';
import { ControlError } from '../control-error.ts';
import type { BillErrors } from './bills.ts';
import { PayError } from './errors.ts';
import { isSignedBy } from './keyring.ts';
import type { PayMerchant, PaySettings } from './model.ts';
import { transactionView, type Prepay } from './orders.ts';
import { refundView } from './refunds.ts';
import type { PayState } from './state.ts';
import type { Tampering } from './notifier.ts';

const object = (properties: object, required: readonly string[] = []): object => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});

const share = { type: 'number', minimum: 0, maximum: 1 } as const;
const count = { type: 'integer', minimum: 0 } as const;

const settingsSchema = object({
  certificates: { enum: ['available', 'none'] },
  notifyKey: { enum: ['certificate', 'public_key'] },
  notifyOtherKeyShare: share,
  probeShare: share,
  spelling: { enum: ['usual', 'other'] },
  changedReentry: { enum: ['INVALID_REQUEST', 'OUT_TRADE_NO_USED'] },
  notificationsPaused: { type: 'boolean' },
  notifySpeed: { type: 'number', exclusiveMinimum: 0 },
  refundDelayMs: count,
  refundResult: { enum: ['SUCCESS', 'ABNORMAL', 'CLOSED'] },
  refundGapSeconds: count,
  refundsPerOrderMax: count,
  balanceFen: { anyOf: [{ type: 'null' }, count] },
  refundLimitedButAccepted: { type: 'boolean' },
  billReadyHour: { type: 'integer', minimum: 0, maximum: 24 },
});

/** What `wx.requestPayment` was given, when the test wants its signature checked. */
const cashierSchema = object(
  {
    appId: { type: 'string' },
    timeStamp: { type: 'string' },
    nonceStr: { type: 'string' },
    package: { type: 'string' },
    signType: { type: 'string' },
    paySign: { type: 'string' },
  },
  ['appId', 'timeStamp', 'nonceStr', 'package', 'signType', 'paySign'],
);

const paySchema = object({
  outcome: { enum: ['success', 'fail'] },
  openid: { type: 'string' },
  cashier: cashierSchema,
});

const copySchema = object({
  tamper: { enum: ['body', 'ciphertext', 'signature', 'timestamp', 'serial', 'probe'] },
  copies: { type: 'integer', minimum: 1, maximum: 200 },
});

const numbers = { type: 'array', items: { type: 'string' } } as const;
const billErrorsSchema = object({
  omit: numbers,
  repeat: numbers,
  addFen: { type: 'object', additionalProperties: { type: 'integer' } },
  invent: {
    type: 'array',
    items: object({ outTradeNo: { type: 'string' }, totalFen: count }, ['outTradeNo', 'totalFen']),
  },
});

interface Cashier {
  readonly appId: string;
  readonly timeStamp: string;
  readonly nonceStr: string;
  readonly package: string;
  readonly signType: string;
  readonly paySign: string;
}

interface PayBody {
  readonly outcome?: 'success' | 'fail';
  readonly openid?: string;
  readonly cashier?: Cashier;
}

/** The cashier on the phone checks what the merchant signed for it (reference 7). */
const checkCashier = ({ order, prepayId }: Prepay, cashier: Cashier, merchant: PayMerchant) => {
  const refuse = (field: string, issue: string): never => {
    throw new ControlError(`cashier.${field}`, issue);
  };
  if (cashier.appId !== order.appid) refuse('appId', 'is not the app of the order');
  if (cashier.signType !== 'RSA') refuse('signType', 'must be RSA');
  if (!/^\d{10}$/.test(cashier.timeStamp)) refuse('timeStamp', 'must be unix seconds as text');
  if (cashier.package !== `prepay_id=${prepayId}`) refuse('package', 'names another prepay_id');
  const lines = [cashier.appId, cashier.timeStamp, cashier.nonceStr, cashier.package];
  const message = Buffer.from(`${lines.join('\n')}\n`, 'utf8');
  if (!isSignedBy(merchant.config.publicKey, message, cashier.paySign))
    refuse('paySign', "does not match the merchant's key");
};

/** A merchant without its secrets. */
const viewOf = (state: PayState, { config, settings }: PayMerchant): object => ({
  mchid: config.mchid,
  appids: config.appids,
  serialNo: config.serialNo,
  publicKey: { id: state.publicKey(config.mchid).serial, pem: state.publicKey(config.mchid).pem },
  platformSerials: state.certificates(config.mchid).map(({ serial }) => serial),
  ...settings,
});

/** The control routes of WeChat Pay: what payers, the console and fate do, and what WeChat holds. */
export const controlPay = (app: FastifyInstance, state: PayState): void => {
  const merchantOf = (mchid: string): PayMerchant => {
    const merchant = state.findMerchant(mchid);
    if (merchant === undefined) throw new ControlError('mchid', 'no such merchant', 404);
    return merchant;
  };

  app.get('/wechat-pay/merchants', () => state.merchants().map((one) => viewOf(state, one)));
  app.patch<{ Params: { mchid: string }; Body: Partial<PaySettings> }>(
    '/wechat-pay/merchants/:mchid',
    { schema: { body: settingsSchema } },
    (request) => viewOf(state, state.changeSettings(request.params.mchid, request.body)),
  );
  app.post<{ Params: { mchid: string } }>(
    '/wechat-pay/merchants/:mchid/certificates',
    (request) => ({
      serial: state.rotateCertificate(merchantOf(request.params.mchid).config.mchid).serial,
    }),
  );

  app.post<{ Params: { prepayId: string }; Body: PayBody | undefined }>(
    '/wechat-pay/prepays/:prepayId/pay',
    {
      schema: { body: paySchema },
      preValidation: (request, _reply, done) => {
        request.body ??= {};
        done();
      },
    },
    (request) => {
      const prepay = state.orders.findPrepay(request.params.prepayId);
      if (prepay === undefined) throw new ControlError('prepayId', 'no such prepay_id', 404);
      const { outcome = 'success', openid, cashier } = request.body ?? {};
      if (openid !== undefined && openid !== prepay.order.openid)
        throw new ControlError('openid', 'is not the payer of the order');
      if (cashier !== undefined) checkCashier(prepay, cashier, merchantOf(prepay.order.mchid));
      try {
        const order = state.orders.pay(prepay, outcome);
        return { transactionId: order.transactionId ?? null, tradeState: order.state };
      } catch (error) {
        if (error instanceof PayError) throw new ControlError('prepayId', error.code);
        throw error;
      }
    },
  );

  app.get('/wechat-pay/payments', () =>
    state.orders.list().map((order) => ({
      ...transactionView(order),
      total: order.totalFen,
      failedAttempts: order.failedAttempts,
      notifications: state.notifier.list().filter(({ about }) => about === order.outTradeNo),
    })),
  );
  app.get('/wechat-pay/refunds', () =>
    state.refunds.list().map((refund) => ({
      ...refundView(refund),
      notifications: state.notifier.list().filter(({ about }) => about === refund.outRefundNo),
    })),
  );

  app.get('/wechat-pay/notifications', () => state.notifier.list());
  app.post<{ Params: { id: string }; Body: { tamper?: Tampering; copies?: number } | undefined }>(
    '/wechat-pay/notifications/:id/copies',
    {
      schema: { body: copySchema },
      preValidation: (request, _reply, done) => {
        request.body ??= {};
        done();
      },
    },
    async (request) => {
      const { id } = request.params;
      if (!state.notifier.list().some((one) => one.id === id))
        throw new ControlError('id', 'no such notification', 404);
      const { tamper, copies = 1 } = request.body ?? {};
      return Promise.all(Array.from({ length: copies }, () => state.notifier.sendCopy(id, tamper)));
    },
  );

  app.post<{ Params: { mchid: string; day: string }; Body: BillErrors }>(
    '/wechat-pay/merchants/:mchid/bills/:day/errors',
    { schema: { body: billErrorsSchema } },
    (request) => {
      const { mchid, day } = request.params;
      state.bills.seedErrors(merchantOf(mchid).config.mchid, day, request.body);
      return {};
    },
  );
};

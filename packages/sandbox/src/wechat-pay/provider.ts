import type { FastifyInstance } from 'fastify';
import type { Provider } from '../provider.ts';
import { controlPay } from './control.ts';
import { parameterError, PayError, statusOf } from './errors.ts';
import { readBody } from './fields.ts';
import { sealFor } from './keyring.ts';
import type { PayMerchant, PayOrder } from './model.ts';
import { transactionView } from './orders.ts';
import { refundView } from './refunds.ts';
import { servePay, type PayCall } from './serve.ts';
import type { PayState } from './state.ts';
import { toBeijingTime } from './fields.ts';

const sameMerchant = ({ merchant, query }: PayCall): void => {
  if (query['mchid'] === undefined) throw parameterError('mchid', '是必填参数', 'query');
  if (query['mchid'] !== merchant.config.mchid)
    throw parameterError('mchid', '与签名的商户号不一致', 'query');
};

const found = (order: PayOrder | undefined): { json: object } => {
  if (order === undefined) throw new PayError(404, 'ORDER_NOT_EXIST', '订单不存在');
  return { json: transactionView(order) };
};

const serveTransactions = (app: FastifyInstance, state: PayState): void => {
  servePay(app, state, 'POST', '/v3/pay/transactions/jsapi', ({ merchant, body }) => ({
    json: state.orders.createJsapi(merchant, readBody(body)),
  }));
  servePay(app, state, 'GET', '/v3/pay/transactions/out-trade-no/:number', (call) => {
    sameMerchant(call);
    return found(state.orders.find(call.merchant.config.mchid, call.params['number'] ?? ''));
  });
  servePay(app, state, 'GET', '/v3/pay/transactions/id/:number', (call) => {
    sameMerchant(call);
    const { merchant, params } = call;
    return found(state.orders.findByTransaction(merchant.config.mchid, params['number'] ?? ''));
  });
  servePay(
    app,
    state,
    'POST',
    '/v3/pay/transactions/out-trade-no/:number/close',
    ({ merchant, body, params }) => {
      const fields = readBody(body);
      const { mchid } = merchant.config;
      if (fields.text('mchid', { max: 32 }) !== mchid)
        throw parameterError('mchid', '与签名的商户号不一致');
      fields.end();
      state.orders.close(mchid, params['number'] ?? '');
      return 'no content';
    },
  );
};

const serveRefunds = (app: FastifyInstance, state: PayState): void => {
  servePay(app, state, 'POST', '/v3/refund/domestic/refunds', ({ merchant, body }) => ({
    json: state.refunds.create(merchant, readBody(body)),
  }));
  servePay(app, state, 'GET', '/v3/refund/domestic/refunds/:number', ({ merchant, params }) => {
    const refund = state.refunds.find(merchant.config.mchid, params['number'] ?? '');
    if (refund === undefined) throw new PayError(404, 'RESOURCE_NOT_EXISTS', '退款单不存在');
    return { json: refundView(refund) };
  });
};

const serveCertificates = (app: FastifyInstance, state: PayState): void => {
  servePay(app, state, 'GET', '/v3/certificates', ({ merchant, query }) => {
    const algorithm = query['algorithm_type'] ?? 'RSA';
    if (algorithm !== 'RSA' && algorithm !== 'ALL')
      throw parameterError('algorithm_type', '只支持 RSA', 'query');
    const { config, settings } = merchant;
    if (settings.certificates === 'none')
      throw new PayError(404, 'RESOURCE_NOT_EXISTS', '无可用的平台证书，请在商户平台申请');
    const data = state.certificates(config.mchid).map((certificate) => ({
      serial_no: certificate.serial,
      effective_time: toBeijingTime(certificate.effectiveAtMs),
      expire_time: toBeijingTime(certificate.expiresAtMs),
      encrypt_certificate: sealFor(config.apiV3Key, certificate.pem, 'certificate'),
    }));
    return { json: { data } };
  });
};

const readBillRequest = (
  query: PayCall['query'],
  types: readonly string[],
  typeName: string,
): { day: string; type: string; isGzip: boolean } => {
  const day = query['bill_date'] ?? '';
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) throw parameterError('bill_date', '格式不符', 'query');
  const type = query[typeName] ?? types[0] ?? '';
  if (!types.includes(type)) throw parameterError(typeName, '不在取值范围内', 'query');
  const tar = query['tar_type'];
  if (tar !== undefined && tar !== 'GZIP') throw parameterError('tar_type', '只支持 GZIP', 'query');
  return { day, type, isGzip: tar === 'GZIP' };
};

const isBillType = (type: string): type is 'ALL' | 'SUCCESS' | 'REFUND' =>
  ['ALL', 'SUCCESS', 'REFUND'].includes(type);

const serveBills = (app: FastifyInstance, state: PayState): void => {
  const order = (
    merchant: PayMerchant,
    kind: 'trade' | 'fundflow',
    { day, type, isGzip }: ReturnType<typeof readBillRequest>,
    baseUrl: string,
  ) => ({
    json: state.bills.order(
      merchant,
      { kind, day, type: isBillType(type) ? type : 'ALL', isGzip },
      baseUrl,
    ),
  });
  servePay(app, state, 'GET', '/v3/bill/tradebill', ({ merchant, query, baseUrl }) =>
    order(
      merchant,
      'trade',
      readBillRequest(query, ['ALL', 'SUCCESS', 'REFUND'], 'bill_type'),
      baseUrl,
    ),
  );
  servePay(app, state, 'GET', '/v3/bill/fundflowbill', ({ merchant, query, baseUrl }) =>
    order(
      merchant,
      'fundflow',
      readBillRequest(query, ['BASIC', 'OPERATION', 'FEES'], 'account_type'),
      baseUrl,
    ),
  );
  servePay(app, state, 'GET', '/v3/billdownload/file', ({ query }) => {
    const bytes = state.bills.download(query['token'] ?? '');
    if (bytes === undefined) throw new PayError(400, 'INVALID_REQUEST', '下载链接无效或已过期');
    return { bytes };
  });
};

/** Plays api.mch.weixin.qq.com for direct merchants. */
export const createPayProvider = (state: PayState): Provider => ({
  name: 'wechat-pay',
  errorBody: (code) => ({ code: String(code), message: '系统异常，请稍后重试' }),
  errorStatus: (code) => statusOf(String(code)),
  upstream(app) {
    serveTransactions(app, state);
    serveRefunds(app, state);
    serveCertificates(app, state);
    serveBills(app, state);
  },
  control: (app) => {
    controlPay(app, state);
  },
});

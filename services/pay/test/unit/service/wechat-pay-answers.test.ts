import t from 'tap';
import { readRefundNews, readTransaction } from '../../../src/service/client/wechat-pay-answers.ts';

const transaction = {
  mchid: '1900000001',
  appid: 'wx1',
  out_trade_no: 'O1',
  trade_state: 'SUCCESS',
  transaction_id: '42',
  success_time: '2026-11-20T12:01:00+08:00',
  payer: { openid: 'o-anna' },
  amount: { total: 990, payer_total: 990, currency: 'CNY' },
};

t.test('a paid transaction is read whole', async (t) => {
  t.same(readTransaction(transaction), {
    mchid: '1900000001',
    appId: 'wx1',
    orderNo: 'O1',
    state: 'paid',
    transactionId: '42',
    totalFen: 990,
    currency: 'CNY',
    openid: 'o-anna',
    paidAtMs: Date.UTC(2026, 10, 20, 4, 1),
  });
});

t.test('each trade state means unpaid, paid or closed; others are not understood', async (t) => {
  const stateOf = (trade_state: unknown) => readTransaction({ ...transaction, trade_state })?.state;

  t.same(['NOTPAY', 'USERPAYING', 'PAYERROR'].map(stateOf), ['unpaid', 'unpaid', 'unpaid']);
  t.same(['SUCCESS', 'REFUND'].map(stateOf), ['paid', 'paid'], 'refunded money came first');
  t.same(['CLOSED', 'REVOKED'].map(stateOf), ['closed', 'closed']);
  for (const odd of ['', 'success', 'constructor', 'toString', '__proto__', null, 1, ['SUCCESS']])
    t.equal(stateOf(odd), undefined, String(odd));
});

t.test('what is paid has a transaction, an amount in whole fen and a time', async (t) => {
  for (const more of [
    { transaction_id: '' },
    { transaction_id: 42 },
    { amount: undefined },
    { amount: { total: '990', currency: 'CNY' } },
    { amount: { total: 9.9, currency: 'CNY' } },
    { amount: { total: -1, currency: 'CNY' } },
    { amount: { total: 2 ** 60, currency: 'CNY' } },
    { success_time: 'soon' },
    { success_time: undefined },
    { mchid: undefined },
    { appid: 1 },
    { out_trade_no: null },
  ])
    t.equal(readTransaction({ ...transaction, ...more }), undefined, JSON.stringify(more));
});

t.test('an unpaid transaction has only its names and its state', async (t) => {
  const { mchid, appid, out_trade_no } = transaction;

  t.match(readTransaction({ mchid, appid, out_trade_no, trade_state: 'NOTPAY' }), {
    state: 'unpaid',
    transactionId: null,
    totalFen: null,
    openid: null,
    paidAtMs: null,
  });
});

const refund = {
  out_refund_no: 'R1',
  out_trade_no: 'O1',
  refund_id: '50',
  status: 'SUCCESS',
  amount: { refund: 300, total: 990 },
};

t.test('a refund is read from an answer and from a notification', async (t) => {
  const { status, ...rest } = refund;
  const news = {
    refundNo: 'R1',
    orderNo: 'O1',
    refundId: '50',
    amountFen: 300,
    state: 'succeeded',
  };
  const createTime = '2026-11-20T12:00:00+08:00';

  t.same(readRefundNews({ ...refund, create_time: createTime }), {
    ...news,
    createdAtMs: Date.UTC(2026, 10, 20, 4),
  });
  const notified = readRefundNews({ ...rest, refund_status: status });
  t.same(notified, { ...news, createdAtMs: null }, 'a notification does not say when');
});

t.test('each refund status has one meaning; others are not understood', async (t) => {
  const stateOf = (status: unknown) => readRefundNews({ ...refund, status })?.state;

  t.same(['PROCESSING', 'SUCCESS', 'ABNORMAL', 'CLOSED'].map(stateOf), [
    ...['processing', 'succeeded', 'abnormal', 'closed'],
  ]);
  for (const odd of ['', 'constructor', 'valueOf', 'FAIL', 3])
    t.equal(stateOf(odd), undefined, String(odd));
  for (const more of [{ out_refund_no: '' }, { refund_id: 5 }, { amount: { refund: 3.5 } }])
    t.equal(readRefundNews({ ...refund, ...more }), undefined, JSON.stringify(more));
});

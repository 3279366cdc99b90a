import t from 'tap';
import { readCarriers, readOrder } from '../../../src/service/client/shipping-answer.ts';

const order = {
  transaction_id: '42',
  merchant_id: '1900000001',
  merchant_trade_no: 'A1',
  openid: 'o-1',
  paid_amount: 1990,
  pay_time: 1_700_000_000,
  order_state: 2,
  in_complaint: true,
  shipping: {
    delivery_mode: 2,
    logistics_type: 1,
    finish_shipping: true,
    finish_shipping_count: 1,
    shipping_list: [{ tracking_no: 'Z1', express_company: 'ZTO', item_desc: '盲盒', more: 1 }],
  },
};

t.test('an order is read with what it must have, and what it may have', (t) => {
  t.strictSame(readOrder({ order }), {
    transactionId: '42',
    mchId: '1900000001',
    outTradeNo: 'A1',
    openid: 'o-1',
    paidFen: 1990,
    paidAtMs: 1_700_000_000_000,
    state: 'shipped',
    isInComplaint: true,
    shipping: {
      logistics: 'express',
      mode: 'split',
      isFinished: true,
      finishCount: 1,
      parcels: [{ trackingNo: 'Z1', carrier: 'ZTO', description: '盲盒' }],
    },
  });
  for (const shipping of [undefined, {}, { shipping_list: [] }, 'x']) {
    t.equal(readOrder({ order: { ...order, shipping } })?.shipping, null);
  }
  t.match(readOrder({ order: { ...order, pay_time: undefined, in_complaint: undefined } }), {
    paidAtMs: null,
    isInComplaint: false,
  });
  t.end();
});

t.test('an order without number, amount or a known state is garbage', (t) => {
  for (const change of [
    { transaction_id: '' },
    { merchant_trade_no: 1 },
    { openid: undefined },
    { paid_amount: -1 },
    { paid_amount: 1.5 },
    { order_state: 7 },
    { order_state: undefined },
  ]) {
    t.equal(readOrder({ order: { ...order, ...change } }), undefined, JSON.stringify(change));
  }
  t.equal(readOrder({}), undefined);
  t.end();
});

t.test('carriers are those with id and name', (t) => {
  const list = [{ delivery_id: 'SF', delivery_name: '顺丰速运' }, { delivery_id: 'X' }, null];
  t.strictSame(readCarriers({ delivery_list: list }), [{ id: 'SF', name: '顺丰速运' }]);
  t.equal(readCarriers({}), undefined);
  t.end();
});

import t from 'tap';
import { createFixture, MP, MP2, START_MS } from '../support/fixture.ts';

const at = (ms: number) => new Date(START_MS + ms).toISOString();
const parcel = (trackingNo = 'Z1') => ({
  tracking_no: trackingNo,
  express_company: 'ZTO',
  item_desc: '盲盒',
});

const build = async (t: Parameters<typeof createFixture>[0], order: object = {}) => {
  const fixture = createFixture(t);
  const { control, call } = fixture;
  const token = await fixture.stableToken();
  const paid = {
    openid: 'o-anna',
    transactionId: '42',
    mchid: '1900000001',
    outTradeNo: 'A1',
    amount: 1990,
  };
  await control('POST', '/wechat/paid-orders', { ...paid, ...order });
  const post = async (name: string, body: object) =>
    (await call('POST', `${name}?access_token=${token}`, body)).body;
  const info = (change: object = {}) => ({
    order_key: { order_number_type: 2, transaction_id: '42' },
    logistics_type: 1,
    delivery_mode: 1,
    shipping_list: [parcel()],
    upload_time: at(1),
    payer: { openid: 'o-anna' },
    ...change,
  });
  const upload = async (change: object = {}) =>
    (await post('/wxa/sec/order/upload_shipping_info', info(change)))['errcode'];
  const find = (body: object = { transaction_id: '42' }) => post('/wxa/sec/order/get_order', body);
  const remind = async (seconds: number) =>
    (
      await post('/wxa/sec/order/notify_confirm_receive', {
        transaction_id: '42',
        received_time: Math.floor(START_MS / 1000) + seconds,
      })
    )['errcode'];
  const step = (to: string) => control('PATCH', '/wechat/paid-orders/42', { to });
  return { ...fixture, post, upload, find, remind, step };
};

t.test('an order goes from paid to shipped, confirmed and settled, and no other way', async (t) => {
  const { upload, find, step } = await build(t);
  t.match(await find(), { errcode: 0, order: { order_state: 1, paid_amount: 1990, shipping: {} } });
  t.match((await step('confirmed')).body, { field: 'to' });

  t.equal(await upload(), 0);
  t.match(await find({ merchant_id: '1900000001', merchant_trade_no: 'A1' }), {
    order: { order_state: 2, shipping: { finish_shipping: true, finish_shipping_count: 1 } },
  });
  t.match((await step('settled')).body, { field: 'to' });
  t.match((await step('confirmed')).body, { state: 3 });
  t.match((await step('settled')).body, { state: 4 });
  t.equal(await upload({ shipping_list: [parcel('Z2')], upload_time: at(2) }), 10060004);
});

t.test('what is shipped may be shipped again once, with a later time', async (t) => {
  const { upload } = await build(t);
  t.equal(await upload(), 0);

  t.equal(await upload({ upload_time: at(2) }), 10060023, 'nothing changed');
  t.equal(await upload({ shipping_list: [parcel('Z2')], upload_time: at(1) }), 268485216);
  t.equal(
    await upload({ delivery_mode: 2, is_all_delivered: false, upload_time: at(2) }),
    10060002,
  );
  t.equal(await upload({ shipping_list: [parcel('Z2')], upload_time: at(2) }), 0);
  t.equal(await upload({ shipping_list: [parcel('Z3')], upload_time: at(3) }), 10060003);
});

t.test('split parcels follow each other until all are delivered', async (t) => {
  const { upload, find } = await build(t);
  const split = { delivery_mode: 2, is_all_delivered: false };

  t.equal(await upload(split), 0);
  t.match(await find(), { order: { order_state: 1, shipping: { finish_shipping: false } } });
  t.equal(
    await upload({
      delivery_mode: 2,
      is_all_delivered: true,
      shipping_list: [parcel('Z1'), parcel('Z2')],
      upload_time: at(2),
    }),
    0,
  );
  t.match(await find(), { order: { order_state: 2, shipping: { finish_shipping_count: 1 } } });
});

t.test('an order belongs to its buyer and its app, and may take a while to be seen', async (t) => {
  const { upload, find, advance, call, stableToken } = await build(t, { visibleAfterMs: 5000 });
  t.match(await find(), { errcode: 10060001 });
  t.equal(await upload(), 10060001);
  advance(5000);

  t.match(await find(), { errcode: 0 });
  t.equal(await upload({ payer: { openid: 'o-ben' } }), 10060031);
  const foreign = await call(
    'POST',
    `/wxa/sec/order/get_order?access_token=${await stableToken(MP2)}`,
    { transaction_id: '42' },
  );
  t.equal(foreign.body['errcode'], 10060001);
});

t.test('the buyer is reminded once, of express that was shipped', async (t) => {
  const { upload, remind } = await build(t);
  t.equal(await remind(60), 10060028);
  await upload();

  t.equal(await remind(-60), 10060029);
  t.equal(await remind(60), 0);
  t.equal(await remind(60), 10060030);
});

t.test('pick-up is not reminded of', async (t) => {
  const { upload, remind } = await build(t);
  t.equal(await upload({ logistics_type: 4, shipping_list: [{ item_desc: 'x' }] }), 0);

  t.equal(await remind(60), 10060032);
});

t.test('an upload keeps the form of the reference', async (t) => {
  const { upload } = await build(t);
  const key = (fields: object) => ({ order_key: fields });
  const one = (change: object) => ({ shipping_list: [{ ...parcel(), ...change }] });
  const sf = { express_company: 'SF' };
  const cases: [object, number][] = [
    [key({ order_number_type: 3 }), 268485194],
    [key({ order_number_type: 2 }), 268485195],
    [key({ order_number_type: 1, out_trade_no: 'A1' }), 268485196],
    [key({ order_number_type: 1, mchid: '1900000001' }), 268485197],
    [{ logistics_type: 5 }, 10060005],
    [{ delivery_mode: 3 }, 268485224],
    [{ delivery_mode: 2, logistics_type: 2, is_all_delivered: true }, 10060006],
    [{ delivery_mode: 2 }, 10060007],
    [{ shipping_list: [] }, 10060014],
    [{ shipping_list: [parcel('1'), parcel('2')] }, 268485228],
    [
      { delivery_mode: 2, is_all_delivered: true, shipping_list: Array(16).fill(parcel()) },
      10060024,
    ],
    [one({ item_desc: '' }), 10060008],
    [one({ item_desc: '盒'.repeat(121) }), 10060009],
    [one({ tracking_no: '' }), 268485226],
    [one({ express_company: '' }), 268485227],
    [one({ tracking_no: 'x'.repeat(129) }), 10060026],
    [one({ express_company: 'x'.repeat(129) }), 10060025],
    [one(sf), 10060014],
    [one({ ...sf, contact: { receiver_contact: '13812345678' } }), 10060014],
    [{ upload_time: '2026-11-20 12:00:00' }, 268485216],
    [{ upload_time: '2026-11-20T12:00:00Z' }, 268485216],
    [{ payer: {} }, 10060014],
    [{ more: 1 }, 47001],
    [one({ ...sf, contact: { receiver_contact: '138****5678' } }), 0],
  ];
  for (const [change, errcode] of cases) {
    t.equal(await upload(change), errcode, JSON.stringify(change).slice(0, 80));
  }
});

t.test('carriers and trade management are told', async (t) => {
  const { post } = await build(t);

  t.match(await post('/cgi-bin/express/delivery/open_msg/get_delivery_list', {}), {
    errcode: 0,
    delivery_list: [{ delivery_id: 'SF' }],
    count: 4,
  });
  t.match(await post('/wxa/sec/order/is_trade_managed', { appid: MP.appid }), {
    is_trade_managed: true,
  });
  t.match(await post('/wxa/sec/order/is_trade_managed', { appid: 'other' }), { errcode: 10060014 });
});

t.test('a payment told twice is one order; a refund ends it', async (t) => {
  const { control, step, upload, sandbox } = await build(t);
  const again = { openid: 'o-anna', transactionId: '42', mchid: 'm', outTradeNo: 'x', amount: 1 };
  await control('POST', '/wechat/paid-orders', again);

  t.equal(sandbox.state.wechat.shipping.list().length, 1);
  t.match((await step('refunded')).body, { state: 5 });
  t.equal(await upload(), 10060004);
  t.equal((await control('PATCH', '/wechat/paid-orders/43', { to: 'settled' })).status, 404);
});

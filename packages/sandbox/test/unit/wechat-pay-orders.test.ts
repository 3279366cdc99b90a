import t from 'tap';
import { APPID, createPayFixture, MCHID, sign256 } from '../support/pay-fixture.ts';

const JSAPI = '/v3/pay/transactions/jsapi';

t.test('a request is believed only when every byte of it is signed', async (t) => {
  const { request, orderBody, query, nowMs } = await createPayFixture(t);
  const seconds = Math.floor(nowMs() / 1000);
  const wrong = [
    { key: 'stranger' },
    { signedTarget: '/v3/pay/transactions/native' },
    { signedBody: JSON.stringify(orderBody({ description: 'x' })) },
    { lineEnd: '\r\n' },
    { lastEnd: '' },
    { timestamp: String(nowMs()) },
    { timestamp: String(seconds - 301) },
    { timestamp: String(seconds + 301) },
    { serial: 'F'.repeat(40) },
    { mchid: '1900000002' },
    { nonce: 'x'.repeat(33) },
    { headers: { authorization: 'WECHATPAY2-SHA256-RSA2048 mchid="1"' } },
  ] as const;

  for (const options of wrong) {
    const { status, body } = await request('POST', JSAPI, orderBody(), options);
    t.equal(status, 401, JSON.stringify(options));
    t.equal(body['code'], 'SIGN_ERROR');
  }

  t.equal((await query()).status, 404, 'and nothing came of it');
  t.equal(
    (await request('POST', JSAPI, orderBody(), { timestamp: String(seconds - 299) })).status,
    200,
  );
});

t.test('an order is refused for each field that is not as it must be', async (t) => {
  const { request, orderBody, notifyUrl } = await createPayFixture(t);
  const wrong: readonly [object, string][] = [
    [{ out_trade_no: 'abc' }, 'out_trade_no'],
    [{ out_trade_no: 'ORDER 0001' }, 'out_trade_no'],
    [{ description: '' }, 'description'],
    [{ description: '盒'.repeat(128) }, 'description'],
    [{ amount: { total: 0 } }, 'amount.total'],
    [{ amount: { total: 9.9 } }, 'amount.total'],
    [{ amount: { total: '990' } }, 'amount.total'],
    [{ amount: { total: 990, currency: 'USD' } }, 'amount.currency'],
    [{ payer: {} }, 'payer.openid'],
    [{ notify_url: `${notifyUrl}?a=1` }, 'notify_url'],
    [{ notify_url: 'http://example.com/n' }, 'notify_url'],
    [{ notify_url: undefined }, 'notify_url'],
    [{ time_expire: '2026-11-20 12:00:00' }, 'time_expire'],
    [{ attach: null }, 'attach'],
    [{ surprise: 1 }, 'surprise'],
    [{ amount: { total: 990, discount: 1 } }, 'amount.discount'],
    [{ mchid: '1900000009' }, 'mchid'],
  ];

  for (const [extra, field] of wrong) {
    const { status, body } = await request('POST', JSAPI, orderBody(extra));
    t.equal(status, 400, field);
    t.match(body, { code: 'PARAM_ERROR', detail: { field } });
  }

  const foreign = await request('POST', JSAPI, orderBody({ appid: 'wx-other' }));
  t.match(foreign, { status: 400, body: { code: 'APPID_MCHID_NOT_MATCH' } });
  t.equal((await request('POST', JSAPI, '{"a"')).status, 400);
});

t.test('the same order again gives another prepay_id; a changed one is refused', async (t) => {
  const { request, orderBody, prepay, settings } = await createPayFixture(t);

  const first = await prepay();
  const second = await prepay();

  t.match(first, /^wx20261120/);
  t.not(first, second);
  const changed = orderBody({ amount: { total: 991, currency: 'CNY' } });
  t.match(await request('POST', JSAPI, changed), {
    status: 400,
    body: { code: 'INVALID_REQUEST' },
  });
  await settings({ changedReentry: 'OUT_TRADE_NO_USED' });
  t.match(await request('POST', JSAPI, changed), {
    status: 403,
    body: { code: 'OUT_TRADE_NO_USED' },
  });
});

t.test('an order is paid once, whichever of its prepay_ids is used', async (t) => {
  const { prepay, pay, query, request, orderBody } = await createPayFixture(t);
  const [first, second] = [await prepay(), await prepay()];
  t.match((await query()).body, { trade_state: 'NOTPAY' });

  const { body } = await pay(first);

  t.match(body, { transactionId: /^\d{28,32}$/, tradeState: 'SUCCESS' });
  t.match(await pay(second), { status: 400, body: { message: 'ORDERPAID' } });
  t.match((await query()).body, {
    appid: APPID,
    mchid: MCHID,
    trade_state: 'SUCCESS',
    transaction_id: body['transactionId'],
    success_time: '2026-11-20T12:00:00+08:00',
    payer: { openid: 'o-anna' },
    amount: { total: 990, payer_total: 990, currency: 'CNY' },
  });
  t.match(await request('POST', JSAPI, orderBody()), { status: 400, body: { code: 'ORDERPAID' } });
  const byId = `/v3/pay/transactions/id/${String(body['transactionId'])}?mchid=${MCHID}`;
  t.match((await request('GET', byId)).body, { out_trade_no: 'ORDER00001' });
});

t.test('a failed try leaves the order unpaid', async (t) => {
  const { prepay, pay, query } = await createPayFixture(t);
  const id = await prepay();

  t.match((await pay(id, { outcome: 'fail' })).body, { transactionId: null });

  t.match((await query()).body, { trade_state: 'NOTPAY' });
  t.match((await pay(id)).body, { tradeState: 'SUCCESS' });
});

t.test('a closed order takes no money and no new prepay; closing again does no harm', async (t) => {
  const { prepay, pay, query, request, orderBody } = await createPayFixture(t);
  const id = await prepay();
  const close = () =>
    request('POST', '/v3/pay/transactions/out-trade-no/ORDER00001/close', { mchid: MCHID });

  t.match(await close(), { status: 204, text: '' });
  t.equal((await close()).status, 204);

  t.match((await query()).body, { trade_state: 'CLOSED' });
  t.match(await pay(id), { status: 400, body: { message: 'ORDER_CLOSED' } });
  t.match(await request('POST', JSAPI, orderBody()), {
    status: 400,
    body: { code: 'ORDER_CLOSED' },
  });
});

t.test('a paid order is not closed', async (t) => {
  const { paid, request } = await createPayFixture(t);
  await paid();

  const answer = await request('POST', '/v3/pay/transactions/out-trade-no/ORDER00001/close', {
    mchid: MCHID,
  });

  t.match(answer, { status: 400, body: { code: 'ORDERPAID' } });
});

t.test('prepay_ids end after two hours, orders at time_expire and after seven days', async (t) => {
  const { prepay, pay, advance, query } = await createPayFixture(t);
  const old = await prepay();
  advance(2 * 3_600_000);
  t.match(await pay(old), { status: 400, body: { message: 'INVALID_REQUEST' } });
  t.match((await pay(await prepay())).body, { tradeState: 'SUCCESS' });

  const timed = { out_trade_no: 'ORDER00002', time_expire: '2026-11-20T14:10:00+08:00' };
  const id = await prepay(timed);
  advance(10 * 60_000);
  t.match(await pay(id), { status: 400, body: { message: 'INVALID_REQUEST' } });
  advance(7 * 86_400_000);
  t.match((await query('ORDER00002')).body, { trade_state: 'CLOSED' });
});

t.test("the cashier checks the merchant's signature", async (t) => {
  const { prepay, pay, nowMs } = await createPayFixture(t);
  const id = await prepay();
  const timeStamp = String(Math.floor(nowMs() / 1000));
  const parts = { appId: APPID, timeStamp, nonceStr: 'n0nce', package: `prepay_id=${id}` };
  const text = (lines: readonly string[]) => `${lines.join('\n')}\n`;
  const good = sign256(text(Object.values(parts)));

  const wrong: readonly [object, string][] = [
    [{ paySign: sign256(text(Object.values(parts)), 'stranger') }, 'paySign'],
    [{ paySign: sign256(text([APPID, timeStamp, 'n0nce', id])) }, 'paySign'],
    [{ paySign: good, nonceStr: 'other' }, 'paySign'],
    [{ paySign: good, appId: 'wx-other' }, 'appId'],
    [{ paySign: good, package: id }, 'package'],
    [{ paySign: good, timeStamp: String(nowMs()) }, 'timeStamp'],
  ];
  for (const [extra, field] of wrong) {
    const cashier = { ...parts, signType: 'RSA', paySign: '', ...extra };
    t.match(await pay(id, { cashier }), { status: 400, body: { field: `cashier.${field}` } });
  }

  t.equal((await pay(id, { cashier: { ...parts, signType: 'RSA', paySign: good } })).status, 200);
});

t.test("queries want the merchant's own number, and know no strangers", async (t) => {
  const { request, query } = await createPayFixture(t);

  t.match(await query(), { status: 404, body: { code: 'ORDER_NOT_EXIST' } });
  const path = '/v3/pay/transactions/out-trade-no/ORDER00001';
  t.match(await request('GET', path), { status: 400, body: { code: 'PARAM_ERROR' } });
  t.match(await request('GET', `${path}?mchid=1`), { status: 400, body: { code: 'PARAM_ERROR' } });
});

t.test('both spellings of a code are live', async (t) => {
  const { query, settings } = await createPayFixture(t);
  await settings({ spelling: 'other' });

  t.equal((await query()).body['code'], 'ORDERNOTEXIST');
});

import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import t from 'tap';
import { createPayFixture, MCHID } from '../support/pay-fixture.ts';

const QUERY = '/v3/refund/domestic/refunds/REFUND00001';

t.test(
  'a refund is in process, then final; asking again with its number changes nothing',
  async (t) => {
    const { paid, refund, request, advance, query } = await createPayFixture(t);
    await paid();

    const first = await refund();
    const again = await refund();
    advance(1000);
    const final = await request('GET', QUERY);

    t.match(first, {
      status: 200,
      body: { status: 'PROCESSING', amount: { refund: 300, total: 990 } },
    });
    t.same(again.body, first.body);
    t.match(final.body, { status: 'SUCCESS', success_time: '2026-11-20T12:00:01+08:00' });
    t.match((await query()).body, { trade_state: 'REFUND' });
    t.match(await refund({ amount: { refund: 301, total: 990, currency: 'CNY' } }), {
      status: 400,
      body: { code: 'INVALID_REQUEST' },
    });
  },
);

t.test('partial refunds fit into what was paid, a minute apart, so many and no more', async (t) => {
  const { paid, refund, advance, settings } = await createPayFixture(t);
  await paid();
  const part = (number: number, fen: number) =>
    refund({
      out_refund_no: `REFUND-${number}`,
      amount: { refund: fen, total: 990, currency: 'CNY' },
    });
  const invalid = { status: 400, body: { code: 'INVALID_REQUEST' } };

  t.equal((await part(1, 300)).status, 200);
  t.match(await part(2, 300), invalid, 'too soon');
  advance(60_000);
  t.match(await part(2, 691), invalid, 'too much');
  t.equal((await part(2, 690)).status, 200);
  advance(60_000);
  t.match(await part(3, 1), invalid, 'nothing is left');
  await settings({ refundsPerOrderMax: 2 });
  advance(60_000);
  t.match(await part(4, 1), { body: { message: '单个订单退款次数超过限制' } });
});

t.test('a refund that is closed gives its amount back', async (t) => {
  const { paid, refund, advance, settings, request } = await createPayFixture(t);
  await paid();
  await settings({ refundResult: 'CLOSED' });
  await refund({ amount: { refund: 990, total: 990, currency: 'CNY' } });
  advance(60_000);

  t.match((await request('GET', QUERY)).body, { status: 'CLOSED' });
  const other = {
    out_refund_no: 'REFUND00002',
    amount: { refund: 990, total: 990, currency: 'CNY' },
  };
  t.equal((await refund(other)).status, 200);
});

t.test('what cannot be refunded is refused, each in its own way', async (t) => {
  const { paid, refund, settings, advance } = await createPayFixture(t);
  t.match(await refund(), { status: 404, body: { code: 'RESOURCE_NOT_EXISTS' } });
  await paid();

  const cases: readonly [object, number, string][] = [
    [{ amount: { refund: 0, total: 990, currency: 'CNY' } }, 400, 'PARAM_ERROR'],
    [{ amount: { refund: 300, total: 900, currency: 'CNY' } }, 400, 'INVALID_REQUEST'],
    [{ amount: { refund: 300, total: 990 } }, 400, 'PARAM_ERROR'],
    [{ out_refund_no: 'with space' }, 400, 'PARAM_ERROR'],
    [{ reason: '退'.repeat(27) }, 400, 'PARAM_ERROR'],
    [{ transaction_id: '1' }, 400, 'PARAM_ERROR'],
    [{ extra: true }, 400, 'PARAM_ERROR'],
  ];
  for (const [extra, status, code] of cases) {
    t.match(await refund(extra), { status, body: { code } }, JSON.stringify(extra));
  }
  await settings({ balanceFen: 299 });
  t.match(await refund(), { status: 403, body: { code: 'NOT_ENOUGH' } });
  await settings({ balanceFen: null });
  advance(366 * 86_400_000);
  t.match(await refund(), { status: 400, body: { code: 'INVALID_REQUEST' } });
});

t.test('a refund can be accepted although the answer is 429', async (t) => {
  const { paid, refund, settings, request } = await createPayFixture(t);
  await paid();
  await settings({ refundLimitedButAccepted: true });

  t.match(await refund(), { status: 429, body: { code: 'FREQUENCY_LIMITED' } });

  t.equal((await request('GET', QUERY)).status, 200);
});

t.test(
  'the bill of a day says what happened, in yuan, with a hash of the plain file',
  async (t) => {
    const { paid, refund, advance, request, sandbox } = await createPayFixture(t);
    await paid();
    await refund();
    advance(20 * 3_600_000);
    const order = (extra = '') => request('GET', `/v3/bill/tradebill?bill_date=2026-11-20${extra}`);
    t.match(
      await order(),
      { status: 400, body: { code: 'STATEMENT_CREATING' } },
      'eight in the morning',
    );
    advance(2 * 3_600_000);

    const { body } = await order();
    const { pathname, search } = new URL(String(body['download_url']));
    const file = await request('GET', `${pathname}${search}`);

    t.equal(body['hash_value'], createHash('sha1').update(file.text).digest('hex'));
    t.equal(file.headers['wechatpay-signature'], undefined, 'files are not signed');
    const lines = file.text.split('\r\n');
    t.match(lines[0], /^交易时间,公众账号ID,商户号/);
    t.match(
      lines[1],
      /^`2026-11-20 12:00:00,`wx0{15}1,`1900000001,.*`ORDER00001,`o-anna,`JSAPI,`SUCCESS,.*`9\.90,.*`0\.06,`0\.60%/,
    );
    t.match(lines[2], /`REFUND,.*`REFUND00001,`3\.00,/);
    t.match(lines[4], /^`2,`9\.90,`3\.00,/);
    const gzip = await order('&tar_type=GZIP');
    const url = new URL(String(gzip.body['download_url']));
    const bytes = sandbox.state.pay.bills.download(url.searchParams.get('token') ?? '');
    t.equal(gunzipSync(bytes!).toString('utf8'), file.text);
    advance(5 * 60_000);
    t.equal((await request('GET', `${pathname}${search}`)).status, 400, 'the address ends');
  },
);

t.test(
  'bills can be had with errors; there are none of today, of an empty day, of long ago',
  async (t) => {
    const { paid, control, advance, request } = await createPayFixture(t);
    await paid();
    await paid({ out_trade_no: 'ORDER00002' });
    await control('POST', `/merchants/${MCHID}/bills/2026-11-20/errors`, {
      omit: ['ORDER00001'],
      addFen: { ORDER00002: 10 },
      invent: [{ outTradeNo: 'GHOST00001', totalFen: 5 }],
      repeat: ['ORDER00002'],
    });
    const bill = (day: string, kind = 'tradebill') =>
      request('GET', `/v3/bill/${kind}?bill_date=${day}`);
    t.match((await bill('2026-11-20')).body, { code: 'INVALID_REQUEST' }, 'today is not over');
    advance(24 * 3_600_000);

    const { body } = await bill('2026-11-20');
    const { pathname, search } = new URL(String(body['download_url']));
    const { text } = await request('GET', `${pathname}${search}`);

    t.notMatch(text, /ORDER00001/);
    t.equal(text.split('`ORDER00002').length - 1, 2);
    t.match(text, /`10\.00/);
    t.match(text, /GHOST00001/);
    t.match((await bill('2026-11-19')).body, { code: 'NO_STATEMENT_EXIST' });
    t.match((await bill('2026-01-01')).body, { code: 'INVALID_REQUEST' });
    t.equal((await bill('2026-11-20', 'fundflowbill')).status, 200);
  },
);

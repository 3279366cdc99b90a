import t from 'tap';
import { billReader } from '../../../src/service/client/read-bill.ts';

const HEADER =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注';
const PAID =
  '`2026-11-20 10:00:00,`wx1,`1900000001,`0,`,`4200001,`ORDER1,`o-anna,`JSAPI,`SUCCESS,`OTHERS,`CNY,`9.90,`0.00,`0,`0,`0.00,`0.00,`,`,`"盲盒" 一个,`,`0.06,`0.60%,`9.90,`0.00,`';
const REFUNDED =
  '`2026-11-20 11:00:00,`wx1,`1900000001,`0,`,`4200001,`ORDER1,`o-anna,`JSAPI,`REFUND,`OTHERS,`CNY,`0.00,`0.00,`5000001,`REFUND1,`3.00,`0.00,`ORIGINAL,`SUCCESS,`盲盒,`,`-0.02,`0.60%,`0.00,`3.00,`';
const SUMMARY =
  '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额';
const TOTAL = '`2,`9.90,`3.00,`0.00,`0.04,`9.90,`3.00';

const file = (...lines: readonly string[]): Buffer => Buffer.from(`${lines.join('\r\n')}\r\n`);
const whole = [HEADER, PAID, REFUNDED, SUMMARY, TOTAL] as const;
const refused = { code: 'UPSTREAM_WECHAT_PAY_UNAVAILABLE', data: { reason: 'bill' } };

t.test('a trade bill is read in fen, with backticks, CRLF, a BOM and quotes in it', async (t) => {
  const plain = Buffer.concat([Buffer.from('\ufeff'), file(...whole)]);

  t.same(await billReader.readTrade(plain), {
    lines: [
      {
        ...{ subject: 'payment', number: 'ORDER1', transactionId: '4200001' },
        ...{ atMs: Date.parse('2026-11-20T02:00:00Z'), amountFen: 990, feeFen: 6, isDone: true },
      },
      {
        ...{ subject: 'refund', number: 'REFUND1', transactionId: '5000001' },
        ...{ atMs: Date.parse('2026-11-20T03:00:00Z'), amountFen: 300, feeFen: -2, isDone: true },
      },
    ],
    ...{ paidFen: 990, refundedFen: 300, feeFen: 4 },
  });
});

t.test('a file that is cut off, wrong in its sums or in another form is no bill', async (t) => {
  const wrong: Readonly<Record<string, readonly string[]>> = {
    'cut off': whole.slice(0, 3),
    'without its total': whole.slice(0, 4),
    'a line short': [HEADER, PAID, SUMMARY, TOTAL],
    'a fen off': [HEADER, PAID, REFUNDED, SUMMARY, TOTAL.replace('`3.00', '`3.01')],
    'an amount that is none': [HEADER, PAID.replaceAll('9.90', '9.9O'), REFUNDED, SUMMARY, TOTAL],
    'a cell too many': [HEADER, `${PAID},\`1`, REFUNDED, SUMMARY, TOTAL],
    'no header': whole.slice(1),
    'a state we do not know': [HEADER, PAID.replace('SUCCESS', 'ODD'), REFUNDED, SUMMARY, TOTAL],
    'a time that is none': [HEADER, PAID.replace('10:00:00', '10:00'), REFUNDED, SUMMARY, TOTAL],
    'something behind it': [...whole, PAID],
    'nothing at all': [''],
  };
  for (const [name, lines] of Object.entries(wrong))
    await t.rejects(billReader.readTrade(file(...lines)), refused, name);
});

t.test('a fund flow says what moved our balance, and its sums hold', async (t) => {
  const header =
    '记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号';
  const line = (type: string, side: string, yuan: string, number: string): string =>
    `\`2026-11-20 10:00:00,\`4200001,\`1,\`${type},\`${type},\`${side},\`${yuan},\`1.00,\`system,\`,\`${number}`;
  const lines = [
    header,
    line('交易', '收入', '9.90', 'ORDER1'),
    line('扣除交易手续费', '支出', '0.06', 'ORDER1'),
    line('提现', '支出', '5.00', ''),
    '资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额',
  ];

  t.same(await billReader.readFlow(file(...lines, '`3,`1,`9.90,`2,`5.06')), {
    lines: [
      { number: 'ORDER1', isTrade: true, deltaFen: 990 },
      { number: 'ORDER1', isTrade: true, deltaFen: -6 },
      { number: '', isTrade: false, deltaFen: -500 },
    ],
  });
  await t.rejects(billReader.readFlow(file(...lines, '`3,`1,`9.90,`2,`5.07')), refused);
  await t.rejects(billReader.readFlow(file(...lines, '`4,`1,`9.90,`2,`5.06')), refused);
});

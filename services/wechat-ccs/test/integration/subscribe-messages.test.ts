import { wechatCcs } from '@app/contracts';
import { eventually } from '@app/testing';
import t from 'tap';
import { WXMP } from '../support/start-sandbox.ts';
import {
  SEND_PATH,
  startSubscribeSuite,
  TEMPLATE,
  type Message,
} from '../support/subscribe-suite.ts';

const { sendSubscribeMessage } = wechatCcs.actions;
const { appId } = WXMP;
const { call, callNode, faults, fresh, lines, popup, remaining, rowOf, wechat } =
  await startSubscribeSuite(t);

t.test('a message reaches the user with its texts cut to what the fields hold', async (t) => {
  const { message, delivered } = fresh();
  const data = { thing1: '一二三四五六七八九十一二三四五六七八九十多', amount2: '19.90元' };

  const result = await call(sendSubscribeMessage, message({ data }));

  t.strictSame(result, { outcome: 'sent', errcode: 0, field: null });
  t.match(delivered(), [
    {
      templateId: TEMPLATE,
      page: 'pages/order/detail?no=1',
      data: { thing1: '一二三四五六七八九十一二三四五六七八九…', amount2: '19.90元' },
      state: 'formal',
      lang: 'zh_CN',
    },
  ]);
  t.equal((await rowOf(message().messageKey))!['msg_id'], delivered()[0]!.msgid);
});

t.test(
  'of 20 identical sends at once one is delivered, and one authorisation is used',
  async (t) => {
    const { openid, message, delivered } = fresh(20);
    await popup(openid);
    await popup(openid);
    await eventually(async () => (await remaining(openid)) === 2);

    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        callNode(index % 4)(sendSubscribeMessage, message()),
      ),
    );

    for (const result of results) t.equal(result.outcome, 'sent');
    t.equal(delivered().length, 1);
    t.equal(await remaining(openid), 1);
  },
);

t.test('a repeat is told what came of the first, and other content is refused', async (t) => {
  const { message, delivered } = fresh(5);
  await call(sendSubscribeMessage, message());

  const again = await call(sendSubscribeMessage, message());
  const reordered = message({ data: { amount2: '19.90元', thing1: '盲盒 A' } });

  t.equal(again.outcome, 'sent');
  t.equal((await call(sendSubscribeMessage, reordered)).outcome, 'sent');
  await t.rejects(call(sendSubscribeMessage, message({ data: { thing1: '盲盒 B' } })), {
    code: 'WECHAT_MESSAGE_KEY_REUSED',
  });
  t.equal(delivered().length, 1);
});

t.test(
  'what is final about the user or the message is an outcome, also the next time',
  async (t) => {
    const { openid, message, delivered } = fresh(0);
    wechat.subscribe.defineTemplate(appId, {
      templateId: 'template-strict',
      keys: ['thing1', 'enum2'],
      options: { enum2: ['已发货'] },
    });
    const cases: [Partial<Message>, object][] = [
      [{}, { outcome: 'not_subscribed', errcode: 43101, field: null }],
      [{ openid: 'o-nobody' }, { outcome: 'openid_invalid', errcode: 40003, field: null }],
      [{ templateId: 'no-such' }, { outcome: 'rejected', errcode: 40037, field: null }],
      [{ page: '/pages/a' }, { outcome: 'rejected', errcode: 41030, field: null }],
      [
        { templateId: 'template-strict', data: { thing1: 'a', enum2: '未知' } },
        { outcome: 'rejected', errcode: 47003, field: 'enum2' },
      ],
    ];
    for (const [index, [change, expected]] of cases.entries()) {
      const wanted = message({ ...change, messageKey: `final:${openid}:${index}` });
      t.strictSame(await call(sendSubscribeMessage, wanted), expected);
      t.strictSame(await call(sendSubscribeMessage, wanted), expected, 'replayed');
    }
    t.strictSame(delivered(), []);
  },
);

t.test('a value that fits no field is refused by its name before WeChat is asked', async (t) => {
  const { message } = fresh();
  const id = faults.add({ match: { path: SEND_PATH }, fault: { status: 500 } });

  await t.rejects(call(sendSubscribeMessage, message({ data: { date3: 'tomorrow' } })), {
    code: 'WECHAT_MESSAGE_FIELD_INVALID',
    data: { field: 'data.date3' },
  });

  t.equal(faults.list().find((fault) => fault.id === id)?.hits, 0);
  t.equal(await rowOf(message().messageKey), undefined, 'and the key stays free');
});

t.test('a token that went stale costs one repeat and delivers once', async (t) => {
  const { openid, message, delivered } = fresh(3);
  await call(sendSubscribeMessage, message());
  wechat.tokens.forceStable(appId);

  const result = await call(sendSubscribeMessage, message({ messageKey: `stale:${openid}` }));

  t.equal(result.outcome, 'sent');
  t.equal(delivered().length, 2);
  t.equal(wechat.subscribe.remaining(appId, openid, TEMPLATE), 1);
});

t.test(
  'an answer that gets lost after the effect is unknown, and nothing is sent again',
  async (t) => {
    const { openid, message, delivered } = fresh(5);
    await popup(openid);
    await eventually(async () => (await remaining(openid)) === 1);
    const call = callNode(1);
    for (const [index, fault] of [
      { drop: true },
      { corrupt: true },
      { corrupt: 'html' as const },
      { delayMs: 60_000 },
    ].entries()) {
      faults.clear();
      faults.add({ match: { path: SEND_PATH }, fault, times: 1 });
      const wanted = message({ messageKey: `lost:${openid}:${index}` });
      if (index > 0) {
        await popup(openid);
        await eventually(async () => (await remaining(openid)) === 1);
      }

      t.equal((await call(sendSubscribeMessage, wanted)).outcome, 'unknown');
      t.equal((await call(sendSubscribeMessage, wanted)).outcome, 'unknown', 'and stays so');
      t.equal(delivered().length, index + 1);
      t.equal(await remaining(openid), 0, 'the authorisation may be used');
    }
  },
);

t.test(
  'what certainly was not sent is an error, gives everything back and may be repeated',
  async (t) => {
    const { openid, message, delivered } = fresh();
    await popup(openid);
    await eventually(async () => (await remaining(openid)) === 1);
    const cases: [number, string][] = [
      [43108, 'WECHAT_MESSAGE_CONCURRENT'],
      [-1, 'UPSTREAM_WECHAT_UNAVAILABLE'],
      [45009, 'WECHAT_QUOTA_EXHAUSTED'],
      [48001, 'UPSTREAM_WECHAT_REJECTED'],
    ];
    for (const [errcode, code] of cases) {
      faults.clear();
      faults.add({ match: { path: SEND_PATH }, fault: { errcode }, times: 1 });
      await t.rejects(call(sendSubscribeMessage, message()), { code });
      t.equal(await remaining(openid), 1);
    }

    t.equal((await call(sendSubscribeMessage, message())).outcome, 'sent');
    t.equal(delivered().length, 1);
  },
);

t.test('no log line holds what a message says', async (t) => {
  const { message } = fresh();
  lines.length = 0;

  await call(sendSubscribeMessage, message({ data: { thing1: '秘密内容' } }));

  t.ok(lines.length > 0);
  t.notMatch(lines.join('\n'), '秘密内容');
});

import { wechatCcs, type ParamsOf } from '@app/contracts';
import { createOutbox } from '@app/mysql';
import { createTestHost, eventually, testNamespace } from '@app/testing';
import t from 'tap';
import { contentHashOf } from '../../src/domain/subscribe-message.ts';
import { migratedDatabase, openDatabase } from '../support/real-stores.ts';
import { startSandbox, WXMP } from '../support/start-sandbox.ts';
import { startCaller, startService } from '../support/start-service.ts';

const { sendSubscribeMessage, countSubscribeGrants } = wechatCcs.actions;
const { messagePushed } = wechatCcs.facts;
const { appId } = WXMP;
const PATH = '/cgi-bin/message/subscribe/send';
const TEMPLATE = 'template-shipped';

const { sandbox, url, wechat, faults } = await startSandbox(t);
const database = await migratedDatabase(t);
const namespace = testNamespace();
const lines: string[] = [];
// Breakers stay open for a while, so tests with faults have a node each.
const startNode = (env: Record<string, string> = {}) =>
  startService(t, { namespace, database, wechatUrl: url, lines, env });
const hosts = await Promise.all([
  startNode(),
  startNode({ WX_TIMEOUT_MS: '1500' }),
  startNode(),
  startNode(),
]);
const { call } = await startCaller(t, namespace);

type Message = ParamsOf<typeof sendSubscribeMessage>;

let serial = 0;

/** A user of the app who accepted so many popups at WeChat, and a message to them. */
const fresh = (times = 1) => {
  sandbox.state.faults.clear();
  serial += 1;
  const openid = `o-user-${serial}`;
  wechat.issueLoginCode({ openid });
  wechat.subscribe.defineTemplate(appId, { templateId: TEMPLATE, keys: null, options: {} });
  wechat.subscribe.grant(appId, openid, TEMPLATE, times);
  const message = (change: Partial<Message> = {}): Message => ({
    openid,
    templateId: TEMPLATE,
    page: 'pages/order/detail?no=1',
    data: { thing1: '盲盒 A', amount2: '19.90元' },
    messageKey: `shipped:${openid}`,
    ...change,
  });
  return { openid, message, delivered: () => wechat.subscribe.delivered(openid) };
};

/** Calls one node and no other. */
const callNode =
  (index: number): typeof call =>
  (action, params, options) =>
    call(action, params, { ...options, nodeId: hosts[index]!.nodeId });

const rowOf = async (messageKey: string) => {
  const [row] = await database.sql('select * from subscribe_message where message_key = ?', [
    messageKey,
  ]);
  return row;
};

const db = await openDatabase(t, database);
const outbox = createOutbox(
  db,
  await createTestHost({ service: 'wechat-ccs', namespace, scope: t }),
);

/** What the message push makes of an event of WeChat. */
const push = (openid: string, event: string, message: object, createdAtMs = Date.now()) =>
  db.transaction((tx) =>
    outbox.add(tx, messagePushed, {
      appId,
      openid,
      msgType: 'event',
      event,
      createdAtMs,
      message: { ...message },
    }),
  );

const popup = (openid: string, status = 'accept') =>
  push(openid, 'subscribe_msg_popup_event', {
    List: [{ TemplateId: TEMPLATE, SubscribeStatusString: status, PopupScene: '0' }],
  });

const remaining = async (openid: string) => {
  const { grants } = await call(countSubscribeGrants, { openid, templateIds: [TEMPLATE] });
  return grants[0]!.remaining;
};

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
  const id = faults.add({ match: { path: PATH }, fault: { status: 500 } });

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
      faults.add({ match: { path: PATH }, fault, times: 1 });
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
      faults.add({ match: { path: PATH }, fault: { errcode }, times: 1 });
      await t.rejects(call(sendSubscribeMessage, message()), { code });
      t.equal(await remaining(openid), 1);
    }

    t.equal((await call(sendSubscribeMessage, message())).outcome, 'sent');
    t.equal(delivered().length, 1);
  },
);

t.test('a process that died between row and call leaves an unknown message', async (t) => {
  const { openid, message, delivered } = fresh();
  const { templateId, page, data, messageKey } = message();
  const content = {
    openid,
    templateId,
    page: page!,
    data,
    state: 'formal',
    lang: 'zh_CN',
  } as const;
  const left = async (agoMs: number, key: string) => {
    await database.sql(
      `insert into subscribe_message (app_id, message_key, attempt_id, openid, template_id, content_hash,
        status, has_grant, started_at) values (?, ?, ?, ?, ?, ?, 'pending', 0, ?)`,
      [
        appId,
        key,
        '0'.repeat(26),
        openid,
        templateId,
        contentHashOf(content),
        new Date(Date.now() - agoMs).toISOString().slice(0, 23),
      ],
    );
  };
  await left(120_000, messageKey);

  const result = await call(sendSubscribeMessage, message());

  t.strictSame(result, { outcome: 'unknown', errcode: null, field: null });
  t.strictSame(delivered(), []);
  t.equal((await rowOf(messageKey))!['status'], 'unknown');

  await push(openid, 'subscribe_msg_sent_event', {
    List: {
      TemplateId: TEMPLATE,
      MsgID: '1700827132819554304',
      ErrorCode: '0',
      ErrorStatus: 'success',
    },
  });
  await eventually(async () => (await call(sendSubscribeMessage, message())).outcome === 'sent');
  t.equal(
    (await rowOf(messageKey))!['msg_id'],
    '1700827132819554304',
    'the late event resolved it',
  );
});

t.test(
  'a known count of zero is answered without a call; of an unknown user WeChat decides',
  async (t) => {
    const { openid, message, delivered } = fresh(5);
    t.equal((await call(sendSubscribeMessage, message())).outcome, 'sent', 'nothing known');
    t.equal(await remaining(openid), null);
    await popup(openid, 'reject');
    await eventually(async () => (await remaining(openid)) === 0);

    const result = await call(sendSubscribeMessage, message({ messageKey: `second:${openid}` }));

    t.strictSame(result, { outcome: 'not_subscribed', errcode: null, field: null });
    t.equal(delivered().length, 1);
  },
);

t.test('authorisations are counted from popups, and end when switched off', async () => {
  const { openid } = fresh(0);
  const entry = (status: string) => ({ TemplateId: TEMPLATE, SubscribeStatusString: status });
  await push(openid, 'subscribe_msg_popup_event', { List: [entry('accept'), entry('accept')] });
  await push(openid, 'subscribe_msg_popup_event', {
    SubscribeMsgPopupEvent: { List: { ...entry('accept'), PopupScene: '0' } },
  });
  await eventually(async () => (await remaining(openid)) === 3);

  await push(openid, 'subscribe_msg_change_event', { List: entry('reject') }, Date.now() + 1000);

  await eventually(async () => (await remaining(openid)) === 0);
});

t.test('WeChat knows better: 43101 clears a count that was too high', async (t) => {
  const { openid, message } = fresh(0);
  await push(
    openid,
    'subscribe_msg_popup_event',
    {
      List: [1, 2, 3].map(() => ({ TemplateId: TEMPLATE, SubscribeStatusString: 'accept' })),
    },
    Date.now() - 60_000,
  );
  await eventually(async () => (await remaining(openid)) === 3);

  t.match(await call(sendSubscribeMessage, message()), {
    outcome: 'not_subscribed',
    errcode: 43101,
  });

  t.equal(await remaining(openid), 0);
});

t.test('a delivery event that overtakes nothing finds its message by number', async (t) => {
  const { openid, message, delivered } = fresh();
  await call(sendSubscribeMessage, message());
  const { msgid } = delivered()[0]!;

  await push(openid, 'subscribe_msg_sent_event', {
    SubscribeMsgSentEvent: {
      List: { TemplateId: TEMPLATE, MsgID: msgid, ErrorCode: '1', ErrorStatus: 'system failed' },
    },
  });

  await eventually(async () => (await rowOf(message().messageKey))!['status'] === 'refused');
  t.match(await call(sendSubscribeMessage, message()), { outcome: 'rejected', errcode: 1 });
});

t.test('a delivery event waits for the answer of the call that it overtook', async (t) => {
  const { openid, message, delivered } = fresh();
  faults.add({ match: { path: PATH }, fault: { delayMs: 1000 }, times: 1 });
  const tellDelivery = async () => {
    await eventually(() => delivered().length === 1);
    await push(openid, 'subscribe_msg_sent_event', {
      List: [{ TemplateId: TEMPLATE, MsgID: delivered()[0]!.msgid, ErrorCode: '2' }],
    });
  };

  const [result] = await Promise.all([
    callNode(2)(sendSubscribeMessage, message()),
    tellDelivery(),
  ]);

  t.equal(result.outcome, 'sent');
  const handled = async () => (await rowOf(message().messageKey))!['errcode'] === 2;
  await eventually(handled, { withinMs: 30_000 });
});

t.test('no log line holds what a message says', async (t) => {
  const { message } = fresh();
  lines.length = 0;

  await call(sendSubscribeMessage, message({ data: { thing1: '秘密内容' } }));

  t.ok(lines.length > 0);
  t.notMatch(lines.join('\n'), '秘密内容');
});

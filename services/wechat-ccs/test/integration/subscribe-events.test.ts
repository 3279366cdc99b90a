import { wechatCcs } from '@app/contracts';
import { eventually } from '@app/testing';
import t from 'tap';
import { contentHashOf } from '../../src/domain/subscribe-message.ts';
import { WXMP } from '../support/start-sandbox.ts';
import { SEND_PATH, startSubscribeSuite, TEMPLATE } from '../support/subscribe-suite.ts';

const { sendSubscribeMessage } = wechatCcs.actions;
const { appId } = WXMP;
const { call, callNode, database, faults, fresh, popup, push, remaining, rowOf } =
  await startSubscribeSuite(t);

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
  faults.add({ match: { path: SEND_PATH }, fault: { delayMs: 1000 }, times: 1 });
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

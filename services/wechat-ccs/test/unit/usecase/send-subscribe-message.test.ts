import { sequentialIds } from '@app/testing';
import t from 'tap';
import { PENDING_MAX_MS, type Verdict } from '../../../src/domain/subscribe-message.ts';
import { wechatCcsError } from '../../../src/errors.ts';
import { createSendSubscribeMessage } from '../../../src/usecase/send-subscribe-message.ts';
import { buildDeps, MP, OA } from '../../support/build-deps.ts';
import { createMemorySubscriptions } from '../../support/memory-subscriptions.ts';

const user = { appId: MP, openid: 'o-1' };

const command = {
  openid: 'o-1',
  templateId: 'tmpl',
  data: { thing1: '盲盒' },
  messageKey: 'shipped:1',
};

/** `answer` plays WeChat; default: it sends. */
const build = (
  answer: () => Promise<Verdict> = () => Promise.resolve({ status: 'sent', msgId: '1' }),
) => {
  const deps = buildDeps();
  const { messages, grants } = createMemorySubscriptions(() => deps.clock.nowMs());
  const sent: unknown[] = [];
  const sender = {
    send: (appId: string, message: object) => {
      sent.push({ appId, ...message });
      return answer();
    },
  };
  const send = createSendSubscribeMessage({ ...deps, messages, sender, ids: sequentialIds() });
  const accept = () =>
    grants.record(undefined, user, {
      kind: 'accepted',
      templateId: 'tmpl',
      atMs: deps.clock.nowMs() - 5000,
    });
  const remaining = async () => (await grants.count(user, ['tmpl'])).get('tmpl');
  return { ...deps, messages, sent, send, accept, remaining };
};

t.test('a message goes out with its defaults, from the default mini program', async (t) => {
  const { send, sent } = build();

  t.match(await send(command), { outcome: 'sent', errcode: 0 });

  t.match(sent, [{ appId: MP, page: null, state: 'formal', lang: 'zh_CN', openid: 'o-1' }]);
});

t.test('twenty at once send one message and are all told of it', async (t) => {
  const { send, sent, accept, remaining } = build();
  await accept();
  await accept();

  const results = await Promise.all(Array.from({ length: 20 }, () => send(command)));

  t.ok(results.every(({ outcome }) => outcome === 'sent'));
  t.equal(sent.length, 1);
  t.equal(await remaining(), 1);
});

t.test(
  'a failure before anything was sent frees the key, and whoever waited is told',
  async (t) => {
    let isDown = true;
    const { send, accept, remaining } = build(() =>
      isDown
        ? Promise.reject(wechatCcsError('UPSTREAM_WECHAT_REJECTED'))
        : Promise.resolve({ status: 'sent', msgId: null }),
    );
    await accept();

    const [first, second] = await Promise.allSettled([send(command), send(command)]);

    t.match(first, { status: 'rejected', reason: { code: 'UPSTREAM_WECHAT_REJECTED' } });
    t.match(second, { status: 'rejected', reason: { code: 'UPSTREAM_WECHAT_UNAVAILABLE' } });
    t.equal(await remaining(), 1);
    isDown = false;
    t.match(await send(command), { outcome: 'sent' });
  },
);

t.test('after a bug in the middle nothing is sent again', async (t) => {
  const { send, sent, clock } = build(() => Promise.reject(new TypeError('a bug')));
  await t.rejects(send(command), TypeError);
  clock.advance(PENDING_MAX_MS + 1);

  t.match(await send(command), { outcome: 'unknown', errcode: null });

  t.equal(sent.length, 1);
});

t.test('an unknown outcome stays until WeChat tells more', async (t) => {
  const { send, sent, messages } = build(() => Promise.resolve({ status: 'unknown' }));
  t.match(await send(command), { outcome: 'unknown' });

  const { message } = await messages.begin({
    ...user,
    ...command,
    attemptId: 'x',
    contentHash: '',
    startedAtMs: 0,
  });
  await messages.settle(message, { status: 'sent', msgId: '1' });

  t.match(await send(command), { outcome: 'sent' });
  t.equal(sent.length, 1);
});

t.test('only a mini program sends, and only what has a form', async (t) => {
  const { send, sent } = build();

  await t.rejects(send({ ...command, appId: OA }), { code: 'WECHAT_APP_UNKNOWN' });
  await t.rejects(send({ ...command, data: { amount1: 'free' } }), {
    code: 'WECHAT_MESSAGE_FIELD_INVALID',
    data: { field: 'data.amount1' },
  });
  await send(command);
  await t.rejects(send({ ...command, page: 'pages/other' }), { code: 'WECHAT_MESSAGE_KEY_REUSED' });

  t.equal(sent.length, 1);
});

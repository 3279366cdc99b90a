import { fakeClock } from '@app/testing';
import t from 'tap';
import type { PushMode } from '../../../src/domain/push-message.ts';
import { createConfiguredPushSecrets } from '../../../src/repository/configured-push-secrets.ts';
import type { PushOutcome } from '../../../src/service.ts';
import { createPushCodec } from '../../../src/service/push/push-codec.ts';
import { createReceivePush } from '../../../src/usecase/receive-push.ts';
import { createVerifyPushUrl } from '../../../src/usecase/verify-push-url.ts';
import { NOON_MS } from '../../support/build-deps.ts';
import { createMemoryPushes } from '../../support/memory-stores.ts';
import {
  encryptPush,
  padPush,
  layoutPush,
  PUSH_AES_KEY,
  PUSH_TOKEN,
  sealPush,
  signPush,
} from '../../support/push-sealer.ts';

const appId = 'wx-mini';
const SECONDS = String(NOON_MS / 1000);
const fields = {
  ToUserName: 'gh_1',
  FromUserName: 'o-anna',
  CreateTime: SECONDS,
  MsgType: 'text',
  Content: 'hi',
  MsgId: '17',
};
const json = JSON.stringify(fields);
const xml = `<xml>${Object.entries(fields)
  .map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`)
  .join('')}</xml>`;
const wrap = {
  json: (encrypt: string) => JSON.stringify({ ToUserName: 'gh_1', Encrypt: encrypt }),
  xml: (encrypt: string) =>
    `<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[${encrypt}]]></Encrypt></xml>`,
};
const texts = { json, xml };
const formats = ['json', 'xml'] as const;

const build = ({
  mode = 'secure',
  aesKey = PUSH_AES_KEY,
}: { mode?: PushMode; aesKey?: string | null } = {}) => {
  const clock = fakeClock(NOON_MS);
  const pushes = createMemoryPushes();
  const outcomes: PushOutcome[] = [];
  const pushSecrets = createConfiguredPushSecrets([
    { appId, token: PUSH_TOKEN, aesKey: aesKey ?? undefined, mode },
    { appId: 'wx-silent', token: undefined, aesKey: undefined, mode: 'secure' },
  ]);
  const codec = createPushCodec();
  const receive = createReceivePush({
    pushSecrets,
    pushes,
    codec,
    journal: { received: ({ outcome }) => void outcomes.push(outcome) },
    clock,
    toleranceMs: 300_000,
  });
  return { clock, pushes, outcomes, receive, verify: createVerifyPushUrl({ pushSecrets, codec }) };
};

type Query = Readonly<Record<string, string>>;

const plain = (body: string, change: Query = {}) => ({
  appId,
  body: Buffer.from(body),
  query: {
    signature: signPush(PUSH_TOKEN, SECONDS, 'n'),
    timestamp: SECONDS,
    nonce: 'n',
    ...change,
  },
});

const sealed = (
  format: 'json' | 'xml',
  encrypt = sealPush(texts[format], appId),
  change: Query = {},
) => ({
  ...plain(wrap[format](encrypt), {
    encrypt_type: 'aes',
    msg_signature: signPush(PUSH_TOKEN, SECONDS, 'n', encrypt),
    ...change,
  }),
});

const success = { status: 200, body: 'success' };
const forbidden = { status: 403, body: 'forbidden' };

t.test('the address is verified by the signature, and only then the echo comes back', async (t) => {
  const { verify } = build();
  const { query } = plain('');
  const ask = (change: object, id = appId) =>
    verify({ appId: id, body: Buffer.alloc(0), query: { ...query, echostr: '5<b>7', ...change } });

  t.strictSame(await ask({}), { status: 200, body: '5<b>7' });
  t.strictSame(await ask({ nonce: 'other' }), forbidden);
  t.strictSame(await ask({ signature: 'x' }), forbidden);
  t.strictSame(await ask({ echostr: undefined }), forbidden);
  for (const id of ['wx-unknown', 'wx-silent', '', '__proto__'])
    t.strictSame(await ask({}, id), { status: 404, body: 'not found' });
});

for (const format of formats) {
  t.test(`${format}: a plain and a secure push have the same effect`, async (t) => {
    for (const [mode, request] of [
      ['plain', plain(texts[format])],
      ['secure', sealed(format)],
    ] as const) {
      const { pushes, receive } = build({ mode });

      t.strictSame(await receive(request), success);

      t.match(pushes.facts, [{ appId, message: { msgType: 'text', openid: 'o-anna', fields } }]);
      t.equal(pushes.facts.length, 1);
    }
  });

  t.test(`${format}: in a compatible push the encrypted part is what counts`, async (t) => {
    const { pushes, receive } = build({ mode: 'compatible' });
    const encrypt = sealPush(texts[format], appId);
    const lie = {
      json: JSON.stringify({ ...fields, MsgId: '18', Content: 'forged', Encrypt: encrypt }),
      xml: xml.replace('hi', 'forged').replace('</xml>', `<Encrypt>${encrypt}</Encrypt></xml>`),
    }[format];
    const { query } = sealed(format, encrypt);

    t.strictSame(await receive({ appId, body: Buffer.from(lie), query }), success);
    t.equal(pushes.facts[0]?.message.fields['Content'], 'hi');

    const unsigned = { ...query, msg_signature: '' };
    t.strictSame(
      await receive({ appId, body: Buffer.from(lie), query: unsigned }),
      forbidden,
      'nor does the plain signature help',
    );
    t.equal(pushes.facts.length, 1);
  });
}

t.test('a replay is answered like the first time, without a second effect', async (t) => {
  const { pushes, outcomes, receive } = build({ mode: 'compatible' });

  for (const request of [sealed('json'), sealed('json'), sealed('xml'), plain(json)])
    t.strictSame(await receive(request), success);

  t.equal(pushes.facts.length, 1);
  t.strictSame(outcomes, ['recorded', 'repeated', 'repeated', 'repeated']);
});

const refusals: Readonly<
  Record<
    string,
    {
      request: Parameters<ReturnType<typeof build>['receive']>[0];
      outcome: PushOutcome;
      mode?: PushMode;
      aesKey?: string | null;
    }
  >
> = {
  'a plain push to an app in secure mode': { request: plain(json), outcome: 'plain_refused' },
  'a plain push with a wrong signature': {
    request: plain(json, { signature: '0'.repeat(40) }),
    outcome: 'signature_wrong',
    mode: 'plain',
  },
  'a plain push without a nonce in its signature': {
    request: plain(json, { nonce: '' }),
    outcome: 'signature_wrong',
    mode: 'plain',
  },
  'a secure push with a wrong signature': {
    request: sealed('json', undefined, { msg_signature: '0'.repeat(40) }),
    outcome: 'signature_wrong',
  },
  'a secure push signed as plain ones are': {
    request: sealed('json', undefined, { msg_signature: signPush(PUSH_TOKEN, SECONDS, 'n') }),
    outcome: 'signature_wrong',
  },
  'a secure push for another app': {
    request: sealed('json', sealPush(json, 'wx-other')),
    outcome: 'cipher_wrong',
  },
  'a secure push that is cut': {
    request: sealed('json', sealPush(json, appId).slice(0, 64)),
    outcome: 'cipher_wrong',
  },
  'a secure push whose length lies': {
    request: sealed('json', encryptPush(padPush(layoutPush(json, appId, 3)))),
    outcome: 'cipher_wrong',
  },
  'a secure push to an app without a key': {
    request: sealed('json'),
    outcome: 'cipher_wrong',
    mode: 'plain',
    aesKey: null,
  },
  'a push of an hour ago': {
    request: plain(json, {
      timestamp: String(Number(SECONDS) - 3600),
      signature: signPush(PUSH_TOKEN, String(Number(SECONDS) - 3600), 'n'),
    }),
    outcome: 'stale',
    mode: 'plain',
  },
  'a push without a time': {
    request: plain(json, { timestamp: '' }),
    outcome: 'stale',
    mode: 'plain',
  },
};
for (const [name, { request, outcome, ...options }] of Object.entries(refusals)) {
  t.test(`${name} is refused and changes nothing`, async (t) => {
    const { pushes, outcomes, receive } = build(options);

    t.strictSame(await receive(request), forbidden);

    t.strictSame(outcomes, [outcome]);
    t.strictSame(pushes.facts, []);
  });
}

const unreadable: Readonly<Record<string, string>> = {
  'an empty body': '',
  'no message': '{"MsgType":"text"}',
  'cut XML': '<xml><MsgType>text</MsgType>',
  'more than 256 KiB': JSON.stringify({ ...fields, Content: 'x'.repeat(256 * 1024) }),
  'an encrypted part that is no text': '{"Encrypt":{"a":1}}',
};
for (const [name, body] of Object.entries(unreadable)) {
  t.test(`${name}: 400, nothing stored`, async (t) => {
    const { pushes, receive } = build({ mode: 'plain' });

    t.strictSame(await receive(plain(body)), { status: 400, body: 'malformed' });
    t.strictSame(pushes.facts, []);
  });
}

t.test('an encrypted text that opens to no message is 400', async (t) => {
  const { receive } = build();

  t.strictSame(await receive(sealed('json', sealPush('hello', appId))), {
    status: 400,
    body: 'malformed',
  });
});

t.test('with any byte of the message changed nothing is accepted', async (t) => {
  const { pushes, receive } = build();
  const { body, query } = sealed('json');

  for (let at = 0; at < body.length; at += 1) {
    const tampered = Buffer.from(body);
    tampered[at]! ^= 1;
    const { status } = await receive({ appId, body: tampered, query });
    // ToUserName stands outside of what is sealed, and is not looked at.
    if (body.indexOf('"Encrypt"') <= at)
      t.ok(status === 403 || status === 400, `byte ${at}: ${status}`);
  }
  const { status: cut } = await receive({ appId, body: body.subarray(0, -20), query });

  t.equal(cut, 400);
  t.equal(pushes.facts.filter(({ message }) => message.fields['Content'] !== 'hi').length, 0);
});

t.test('an app that nobody knows is 404, counted under no name of its own', async (t) => {
  const { outcomes, receive } = build();

  t.strictSame(await receive({ ...sealed('json'), appId: 'wx-unknown' }), {
    status: 404,
    body: 'not found',
  });
  t.strictSame(outcomes, ['app_unknown']);
});

t.test('a store that is down is not answered for: WeChat shall send again', async (t) => {
  const { clock } = build();
  const receive = createReceivePush({
    pushSecrets: createConfiguredPushSecrets([
      { appId, token: PUSH_TOKEN, aesKey: PUSH_AES_KEY, mode: 'secure' },
    ]),
    pushes: { record: () => Promise.reject(new Error('down')), purge: () => Promise.resolve(0) },
    codec: createPushCodec(),
    journal: { received: () => undefined },
    clock,
    toleranceMs: 300_000,
  });

  await t.rejects(receive(sealed('json')), /down/);
});

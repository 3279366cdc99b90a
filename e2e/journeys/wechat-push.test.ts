import { createHash, randomBytes } from 'node:crypto';
import { createTestHost, eventually } from '@app/testing';
import mysql from 'mysql2/promise';
import t from 'tap';
import { startSuite } from '../support/suite.ts';

/** Takes unencrypted pushes as well, so that all forms can be sent to one app. */
const suite = await startSuite({ env: { WXMP_PUSH_MODE: 'compatible' } });
const appid = suite.secrets['WXMP_APPID'] ?? '';
const token = suite.secrets['WXMP_PUSH_TOKEN'] ?? '';

interface Fact {
  readonly appId: string;
  readonly openid: string | null;
  readonly msgType: string;
  readonly event: string | null;
  readonly createdAtMs: number;
  readonly message: Readonly<Record<string, unknown>>;
}
/** A service that listens, as any other would. */
const facts: Fact[] = [];
const listener = await createTestHost({
  service: 'listener',
  namespace: suite.namespace,
  natsUrl: suite.stores.natsUrl,
});
const consumer = listener.facts.consume({
  consumer: 'listener-message-pushed',
  fact: 'wechat-ccs.messagePushed',
  handle: (message) => {
    facts.push(message.payload as Fact);
    return Promise.resolve();
  },
});
await listener.facts.start();
await consumer.start();
t.teardown(async () => {
  await consumer.stop();
  await listener.facts.stop();
  await listener.stop();
  await suite.stop();
});

interface Delivery {
  readonly acknowledged: boolean;
  readonly attempts: readonly { readonly status?: number; readonly body?: string }[];
}
const control = async <Answer>(path: string, body: object): Promise<Answer> => {
  const response = await fetch(`${suite.sandboxUrl}/__sandbox/wechat/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ appid, ...body }),
  });
  return (await response.json()) as Answer;
};
const push = async (body: object): Promise<readonly Delivery[]> =>
  (await control<{ deliveries: readonly Delivery[] }>('push', body)).deliveries;

const newId = (): string =>
  `2${String(BigInt(`0x${randomBytes(7).toString('hex')}`)).padStart(17, '0')}`;
const aText = (content: string) => ({
  MsgType: 'text',
  FromUserName: `o-push-${appid}`,
  Content: content,
  MsgId: newId(),
});
const factsOf = (content: string): readonly Fact[] =>
  facts.filter(({ message }) => message['Content'] === content);
const untilTold = (content: string): Promise<Fact> =>
  eventually(
    () => {
      const [fact] = factsOf(content);
      if (fact === undefined) throw new Error(`no fact of ${content}`);
      return fact;
    },
    { withinMs: 20_000 },
  );
/** A later push was told, so an earlier one would have been, too: the outbox keeps the order. */
const untilAllIsTold = async (): Promise<void> => {
  const content = `last-${randomBytes(4).toString('hex')}`;
  const [delivery] = await push({ message: aText(content) });
  t.equal(delivery?.acknowledged, true);
  await untilTold(content);
};

const address = `${suite.client.baseUrl}/callbacks/wechat/${appid}`;
const signed = (): URLSearchParams => {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const nonce = randomBytes(4).toString('hex');
  const signature = createHash('sha1')
    .update([token, timestamp, nonce].sort().join(''))
    .digest('hex');
  return new URLSearchParams({ signature, timestamp, nonce });
};

await t.test('the console of WeChat can verify the address; a stranger cannot', async (t) => {
  t.strictSame(await control('push-verifications', {}), { verified: true, status: 200 });

  const query = signed();
  query.set('echostr', '5838479218127813673');
  const good = await fetch(`${address}?${query.toString()}`);
  t.equal(good.status, 200);
  t.equal(await good.text(), '5838479218127813673');
  t.match(good.headers.get('content-type'), /^text\/plain/);
  query.set('nonce', 'other');
  t.equal((await fetch(`${address}?${query.toString()}`)).status, 403);
  t.equal((await fetch(address)).status, 403);
});

for (const mode of ['plain', 'compatible', 'secure'] as const)
  for (const format of ['json', 'xml'] as const)
    await t.test(`a ${mode} push in ${format} becomes a fact that others hear`, async (t) => {
      const content = `你好 <${mode}> & ${format}`;
      const message = aText(content);

      const deliveries = await push({ mode, format, message });

      t.match(deliveries, [{ acknowledged: true, attempts: [{ status: 200, body: 'success' }] }]);
      t.match(await untilTold(content), {
        appId: appid,
        openid: message.FromUserName,
        msgType: 'text',
        event: null,
        message: { Content: content, MsgId: message.MsgId, CreateTime: /^\d{10}$/ },
      });
    });

await t.test('an event without MsgId, sent again: one fact', async (t) => {
  const message = {
    Event: 'subscribe_msg_sent_event',
    FromUserName: 'o-1',
    CreateTime: Math.floor(Date.now() / 1000),
    Content: 'event',
  };

  await push({ message });
  await push({ message, format: 'xml' });

  await untilAllIsTold();
  t.equal(factsOf('event').length, 1);
  t.match(factsOf('event'), [{ event: 'subscribe_msg_sent_event', openid: 'o-1' }]);
});

await t.test('20 identical pushes at once are all acknowledged, and are one fact', async (t) => {
  const deliveries = await push({ message: aText('twenty'), copies: 20 });

  t.equal(deliveries.length, 20);
  t.ok(deliveries.every(({ acknowledged }) => acknowledged));
  await untilAllIsTold();
  t.equal(factsOf('twenty').length, 1);
});

for (const [tamper, status] of Object.entries({
  signature: 403,
  ciphertext: 403,
  appid: 403,
  padding: 403,
  length: 403,
  timestamp: 403,
  truncated: 400,
}))
  await t.test(`a push with a wrong ${tamper} is ${status} and no fact`, async (t) => {
    const deliveries = await push({ message: aText(`forged-${tamper}`), tamper });

    t.match(deliveries, [{ acknowledged: false, attempts: [{ status }, { status }, { status }] }]);
    await untilAllIsTold();
    t.strictSame(factsOf(`forged-${tamper}`), []);
  });

await t.test('the content type does not matter, and may be missing', async (t) => {
  for (const type of ['text/xml', 'application/json; charset=gbk', 'text/plain', undefined]) {
    const content = `type ${type}`;
    const body = JSON.stringify({ ...aText(content), CreateTime: Math.floor(Date.now() / 1000) });

    const response = await fetch(`${address}?${signed().toString()}`, {
      method: 'POST',
      // A Blob of no type is sent without the header.
      body: new Blob([body], type === undefined ? {} : { type }),
    });

    t.equal(response.status, 200, content);
    t.equal(await response.text(), 'success');
    await untilTold(content);
  }
});

await t.test(
  'an unknown app is 404, garbage 400, a huge body 413, none in the envelope',
  async (t) => {
    const post = async (url: string, body: string) => {
      const response = await fetch(`${url}?${signed().toString()}`, { method: 'POST', body });
      return [response.status, await response.text()];
    };

    t.strictSame(await post(`${suite.client.baseUrl}/callbacks/wechat/wx-unknown`, '{}'), [
      404,
      'not found',
    ]);
    t.strictSame(await post(address, 'garbage'), [400, 'malformed']);
    t.strictSame(await post(address, '<!DOCTYPE a [<!ENTITY b "c">]><xml>&b;</xml>'), [
      400,
      'malformed',
    ]);
    t.strictSame(await post(address, 'x'.repeat(300_000)), [400, 'malformed']);
    t.strictSame(await post(address, 'x'.repeat(2_000_000)), [413, 'PAYLOAD_TOO_LARGE']);
  },
);

await t.test(
  'while nothing can be stored WeChat is told to send again; then it is told once',
  async (t) => {
    const message = aText('later');
    const admin = await mysql.createConnection({
      uri: `mysql://${suite.stores.mysqlUser}:${suite.stores.mysqlPass}@${suite.stores.mysqlAddr}`,
    });
    const schema = suite.schemas['wechat-ccs'] ?? '';
    await admin.query(`rename table \`${schema}\`.push_message to \`${schema}\`.push_message_away`);

    const [during] = await push({ message });
    await admin.query(`rename table \`${schema}\`.push_message_away to \`${schema}\`.push_message`);
    await admin.end();
    const [after] = await push({ message });

    t.match(during, {
      acknowledged: false,
      attempts: [{ status: /^5/ }, { status: /^5/ }, { status: /^5/ }],
    });
    t.match(after, { acknowledged: true });
    await untilTold('later');
    await untilAllIsTold();
    t.equal(factsOf('later').length, 1);
  },
);

await t.test('no content, no openid, no secret of a push stands in a log', async (t) => {
  for (const name of ['gateway', 'wechat-ccs']) {
    const output = suite.process(name).output();
    t.ok(output.length > 0);
    for (const value of [
      'twenty',
      '你好',
      `o-push-${appid}`,
      token,
      suite.secrets['WXMP_PUSH_AES_KEY'] ?? '',
    ])
      t.notOk(output.includes(value), `${name} keeps it to itself`);
  }
  t.match(suite.process('wechat-ccs').output(), /push received/);
});

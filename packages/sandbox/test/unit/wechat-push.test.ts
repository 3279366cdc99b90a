import { createDecipheriv, createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { createFixture, MP } from '../support/fixture.ts';

const token = 'pushtoken0123456';
const aesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';

interface Received {
  readonly method: string;
  readonly query: URLSearchParams;
  readonly type: string;
  readonly body: string;
}

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

/** A service that takes pushes; `answer` says what it replies to the n-th. */
const createReceiver = async (
  t: Test,
  answer: (
    n: number,
    received: Received,
  ) => { status?: number; body?: string } | 'never' = () => ({}),
) => {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const url = new URL(request.url ?? '', 'http://x');
      const one = {
        method: request.method ?? '',
        query: url.searchParams,
        type: request.headers['content-type'] ?? '',
        body,
      };
      received.push(one);
      const reply = answer(received.length, one);
      if (reply === 'never') return;
      response.writeHead(reply.status ?? 200).end(reply.body ?? 'success');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/push` };
};

const build = async (t: Test, answer?: Parameters<typeof createReceiver>[1]) => {
  const fixture = createFixture(t);
  const receiver = await createReceiver(t, answer);
  const settings = {
    pushUrl: receiver.url,
    pushToken: token,
    pushAesKey: aesKey,
    pushTimeoutMs: 1000,
  };
  await fixture.control('PATCH', `/wechat/apps/${MP.appid}`, settings);
  return {
    ...fixture,
    ...receiver,
    push: (body: object) => fixture.control('POST', '/wechat/push', { appid: MP.appid, ...body }),
  };
};

const sha1 = (...parts: string[]) => createHash('sha1').update(parts.sort().join('')).digest('hex');

const decrypt = (encrypted: string): { message: string; appid: string } => {
  const key = Buffer.from(`${aesKey}=`, 'base64');
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const bytes = Buffer.concat([decipher.update(encrypted, 'base64'), decipher.final()]);
  const plain = bytes.subarray(0, -(bytes.at(-1) ?? 0));
  const end = 20 + plain.readUInt32BE(16);
  return { message: plain.subarray(20, end).toString(), appid: plain.subarray(end).toString() };
};

const message = {
  MsgType: 'text',
  FromUserName: 'o-anna',
  Content: 'a<b',
  MsgId: '2345678901234567890',
};

t.test(
  'a plain push is signed, has the common fields, and long ids are bare numbers in JSON',
  async (t) => {
    const { push, received } = await build(t);

    const { status, body } = await push({ mode: 'plain', message });

    t.equal(status, 200);
    t.match(body, {
      deliveries: [{ acknowledged: true, attempts: [{ status: 200, body: 'success' }] }],
    });
    const [one] = received;
    const at = (name: string) => one?.query.get(name) ?? '';
    t.equal(at('signature'), sha1(token, at('timestamp'), at('nonce')));
    t.equal(at('encrypt_type'), '');
    t.equal(one?.type, 'application/json');
    t.match(one?.body, /"MsgId":2345678901234567890[,}]/);
    t.match(JSON.parse(one?.body ?? ''), {
      ...message,
      MsgId: Number,
      CreateTime: Number,
      ToUserName: /^gh_/,
    });
  },
);

t.test('a secure push holds nothing but the sealed message', async (t) => {
  const { push, received } = await build(t);

  await push({ mode: 'secure', format: 'xml', message });

  const [one] = received;
  const at = (name: string) => one?.query.get(name) ?? '';
  t.equal(one?.type, 'text/xml');
  const [, encrypt = ''] = /<Encrypt><!\[CDATA\[(.+)\]\]><\/Encrypt>/.exec(one?.body ?? '') ?? [];
  t.equal(at('encrypt_type'), 'aes');
  t.equal(at('msg_signature'), sha1(token, at('timestamp'), at('nonce'), encrypt));
  t.notMatch(one?.body, 'o-anna');
  const opened = decrypt(encrypt);
  t.equal(opened.appid, MP.appid);
  t.match(
    opened.message,
    '<MsgId>2345678901234567890</MsgId><Content><![CDATA[a<b]]></Content></xml>',
  );
});

t.test('a compatible push holds both', async (t) => {
  const { push, received } = await build(t);

  await push({ mode: 'compatible', message });

  const body = JSON.parse(received[0]?.body ?? '') as Record<string, string>;
  t.match(body, { Content: 'a<b', Encrypt: String });
  t.match(JSON.parse(decrypt(body['Encrypt'] ?? '').message), { Content: 'a<b' });
});

t.test('an event has no MsgId, a message gets one of 17 digits', async (t) => {
  const { push, received } = await build(t);

  await push({ mode: 'plain', message: { Event: 'user_enter_tempsession' } });
  await push({ mode: 'plain', message: { MsgType: 'text' } });

  t.notMatch(received[0]?.body, 'MsgId');
  t.match(received[1]?.body, /"MsgId":2\d{16}[,}]/);
});

t.test('what is not answered with success comes three times in all', async (t) => {
  const { push, received } = await build(t, (n) => ({ status: n === 1 ? 500 : 200, body: 'no' }));

  const { body } = await push({ message });

  t.equal(received.length, 3);
  t.match(body, {
    deliveries: [
      { acknowledged: false, attempts: [{ status: 500 }, { body: 'no' }, { body: 'no' }] },
    ],
  });
  const ids = received.map(
    (one) =>
      JSON.parse(decrypt((JSON.parse(one.body) as { Encrypt: string }).Encrypt).message) as object,
  );
  t.strictSame(ids[2], ids[0], 'the same message each time');
});

t.test('an answer that does not come in time counts as none; the next one ends it', async (t) => {
  const { push, control } = await build(t, (n) => (n === 1 ? 'never' : { body: '' }));
  await control('PATCH', `/wechat/apps/${MP.appid}`, { pushTimeoutMs: 50 });

  const { body } = await push({ message });

  t.match(body, {
    deliveries: [{ acknowledged: true, attempts: [{ error: String }, { status: 200 }] }],
  });
});

t.test('tampering is where it says', async (t) => {
  const { push, received } = await build(t, () => ({ status: 403, body: 'forbidden' }));
  const last = () => {
    const one = received.at(-1);
    const { Encrypt = '' } = JSON.parse(one?.body ?? '') as { Encrypt?: string };
    const at = (name: string) => one?.query.get(name) ?? '';
    const isSigned = at('msg_signature') === sha1(token, at('timestamp'), at('nonce'), Encrypt);
    return { Encrypt, isSigned, timestamp: Number(at('timestamp')) };
  };

  for (const tamper of ['signature', 'ciphertext']) {
    await push({ tamper, message });
    t.equal(last().isSigned, false, tamper);
  }
  await push({ tamper: 'appid', message });
  t.equal(last().isSigned, true);
  t.not(decrypt(last().Encrypt).appid, MP.appid);
  for (const tamper of ['padding', 'length']) {
    await push({ tamper, message });
    t.equal(last().isSigned, true, tamper);
  }
  await push({ message });
  const now = last().timestamp;
  await push({ tamper: 'timestamp', message });
  t.ok(last().isSigned);
  t.ok(now - last().timestamp >= 3000);
  await push({ tamper: 'truncated', message });
  t.throws(() => JSON.parse(received.at(-1)?.body ?? '') as unknown);
});

t.test('copies go out at once', async (t) => {
  const { push, received } = await build(t);

  const { body } = await push({ message, copies: 5 });

  t.equal((body['deliveries'] as unknown[]).length, 5);
  t.equal(received.length, 5);
});

t.test('the console verifies an address by its echo', async (t) => {
  const { control, received } = await build(t, (_n, { query }) => ({
    body: query.get('echostr') ?? '',
  }));

  t.strictSame((await control('POST', '/wechat/push-verifications', { appid: MP.appid })).body, {
    verified: true,
    status: 200,
  });
  const at = (name: string) => received[0]?.query.get(name) ?? '';
  t.equal(at('signature'), sha1(token, at('timestamp'), at('nonce')));
});

t.test(
  'an app without message push says what is missing; no answer shows its secrets',
  async (t) => {
    const { control, push } = await build(t);

    t.match(await control('POST', '/wechat/push', { appid: 'wx0000000000000002' }), {
      status: 400,
      body: { field: 'appid', message: /pushUrl/ },
    });
    t.match(await push({ tamper: 'everything' }), { status: 400, body: { field: 'tamper' } });
    const { text } = await control('GET', '/wechat/apps');
    t.notMatch(text, token);
    t.notMatch(text, aesKey);
  },
);

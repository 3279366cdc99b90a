import { Agent } from 'node:http';
import t from 'tap';
import { envelopeOf, openRaw, plainRequest } from '../support/raw-http.ts';
import { startSuite } from '../support/suite.ts';
import { bearer, makeToken } from '../support/tokens.ts';

const { gateway, shop } = await startSuite(t);
const json = { 'content-type': 'application/json' };
const echo = (body: string | Buffer, headers: Record<string, string> = json) =>
  gateway.json('/api/v1/shop/x/echo', { method: 'POST', body, headers });

t.test('what is not JSON in UTF-8 is 415', async (t) => {
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=gbk',
  ])
    t.match(
      await echo('{}', { 'content-type': type }),
      { status: 415, body: { type: 'UNSUPPORTED_MEDIA_TYPE' } },
      type,
    );
  t.match(await echo('{}', { ...json, 'content-encoding': 'gzip' }), { status: 415 });
});

t.test('what is not one JSON object is 400 MALFORMED_JSON', async (t) => {
  for (const body of [
    '{',
    '[]',
    '1',
    '"x"',
    'null',
    '{"a":1,}',
    '{"text":"\u0001"}',
    Buffer.from([0x7b, 0xff, 0x7d]),
  ])
    t.match(await echo(body), { status: 400, body: { type: 'MALFORMED_JSON' } }, String(body));
});

t.test('an empty body is an empty object, with or without a content type', async (t) => {
  t.match(await gateway.json('/api/v1/shop/x/echo', { method: 'POST' }), {
    status: 200,
    body: { data: { params: { id: 'x' } } },
  });
  t.match(await gateway.json('/api/v1/shop/x/echo', { method: 'POST', headers: json, body: '' }), {
    status: 200,
  });
});

t.test('an unknown field is refused by name', async (t) => {
  t.match(await echo('{"text":"a","colour":"red"}'), {
    status: 400,
    body: { type: 'VALIDATION_FAILED', errors: [{ field: 'colour', rule: 'unknown' }] },
  });
});

t.test('the name of a path parameter in the body is an unknown field', async (t) => {
  t.match(await echo('{"id":"y"}'), {
    status: 400,
    body: { type: 'VALIDATION_FAILED', errors: [{ field: 'id', rule: 'unknown' }] },
  });
  t.match(await gateway.json('/api/v1/shop/x/echo?id=y', { method: 'POST' }), {
    status: 400,
    body: { errors: [{ field: 'id' }] },
  });
});

t.test('keys that would touch prototypes are refused, duplicates are harmless', async (t) => {
  t.match(await echo('{"__proto__":{"id":"z"}}'), {
    status: 400,
    body: { type: 'VALIDATION_FAILED', errors: [{ field: '__proto__' }] },
  });
  t.match(await echo('{"constructor":{"prototype":1}}'), {
    status: 400,
    body: { type: 'VALIDATION_FAILED' },
  });
  t.match(await echo('{"text":"a","text":"b"}'), {
    status: 200,
    body: { data: { params: { text: 'b' } } },
  });
  t.match(await gateway.json('/api/v1/shop/search?__proto__=1'), {
    status: 400,
    body: { errors: [{ field: '__proto__' }] },
  });
});

t.test('a body over 1 MiB is 413', async (t) => {
  t.match(await echo(' '.repeat(1024 * 1024 + 1)), {
    status: 413,
    body: { type: 'PAYLOAD_TOO_LARGE' },
  });
  t.match(
    await echo(' '.repeat(1024 * 1024)),
    { status: 400, body: { type: 'MALFORMED_JSON' } },
    'exactly 1 MiB is read',
  );
});

t.test('a body that the gateway takes but the bus does not is 413 too, never 500', async (t) => {
  const bodyOf = (bytes: number) => `{"text":"${'x'.repeat(bytes - '{"text":""}'.length)}"}`;

  t.equal((await echo(bodyOf(1024 * 1024 - 4096))).status, 200);
  t.ok(
    [200, 413].includes((await echo(bodyOf(1024 * 1024))).status),
    'as the max_payload of this NATS allows',
  );
});

t.test(
  'a body that grows too large while it comes in chunks is 413, and the answer arrives',
  async (t) => {
    const chunks = Array.from({ length: 40 }, () => 'x'.repeat(64 * 1024));

    const { status, headers, body } = await plainRequest(
      gateway.port,
      {
        method: 'POST',
        path: '/api/v1/shop/x/echo',
        headers: { ...json, 'transfer-encoding': 'chunked' },
      },
      chunks,
    );

    t.equal(status, 413);
    t.equal(headers.connection, 'close');
    t.match(JSON.parse(body), { code: 413, type: 'PAYLOAD_TOO_LARGE' });
  },
);

t.test('a client that never stops sending is cut off after its 413', async (t) => {
  const raw = await openRaw(t, gateway.port);
  raw.send(
    'POST /api/v1/shop/x/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
  );
  const chunk = `10000\r\n${'x'.repeat(65536)}\r\n`;
  const pump = setInterval(() => {
    if (raw.socket.writable && raw.socket.writableLength < 1_000_000) raw.send(chunk);
  }, 1);
  t.teardown(() => clearInterval(pump));

  const text = await raw.closed();

  t.match(text, /^HTTP\/1\.1 413 /);
});

t.test('a client that asks before it sends too much is told without sending', async (t) => {
  const raw = await openRaw(t, gateway.port);
  raw.send(
    'POST /api/v1/shop/x/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9999999\r\nExpect: 100-continue\r\n\r\n',
  );

  const text = await raw.closed();

  t.match(text, /^HTTP\/1\.1 413 /);
  t.equal(envelopeOf(text).type, 'PAYLOAD_TOO_LARGE');
});

t.test('a client that asks before it sends what fits is told to go on', async (t) => {
  const raw = await openRaw(t, gateway.port);
  raw.send(
    'POST /api/v1/shop/x/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 12\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n',
  );
  await new Promise((resolve) => raw.socket.once('data', resolve));
  t.match(raw.text(), /^HTTP\/1\.1 100 Continue/);

  raw.send('{"text":"a"}');

  t.match(await raw.closed(), /HTTP\/1\.1 200 OK/);
});

t.test('a body nobody reads does not disturb the next request of its connection', async (t) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.teardown(() => agent.destroy());
  const first = await plainRequest(
    gateway.port,
    { agent, method: 'POST', path: '/api/v1/users/me/addresses', headers: json },
    ['{"name":"x"}'],
  );
  const second = await plainRequest(gateway.port, { agent, path: '/api/v1/shop/search' });

  t.equal(first.status, 401);
  t.equal(second.status, 200);
});

t.test('the body of a GET is ignored', async (t) => {
  const { status, body } = await plainRequest(
    gateway.port,
    { path: '/api/v1/shop/search', headers: { ...json, 'transfer-encoding': 'chunked' } },
    ['{"limit":5}'],
  );

  t.equal(status, 200);
  t.match(JSON.parse(body), { data: { params: { limit: 20 } } });
});

t.test(
  'query values arrive with the types of the schema, and defaults are filled in',
  async (t) => {
    t.match(
      await gateway.json('/api/v1/shop/search?limit=5&isOpen=true&keyword=12&tags=a&tags=b'),
      {
        status: 200,
        body: { data: { params: { limit: 5, isOpen: true, keyword: '12', tags: ['a', 'b'] } } },
      },
    );
    t.match(await gateway.json('/api/v1/shop/search'), {
      body: { data: { params: { limit: 20 } } },
    });
    for (const [search, field] of [
      ['limit=0', 'limit'],
      ['limit=x', 'limit'],
      ['limit=1&limit=2', 'limit'],
      ['isOpen=1', 'isOpen'],
      ['colour=red', 'colour'],
    ])
      t.match(
        await gateway.json(`/api/v1/shop/search?${search ?? ''}`),
        { status: 400, body: { type: 'VALIDATION_FAILED', errors: [{ field }] } },
        search ?? '',
      );
  },
);

t.test('a client that leaves in the middle of its body costs nothing', async (t) => {
  const before = shop.calls.length;
  const raw = await openRaw(t, gateway.port);
  raw.send(
    'POST /api/v1/shop/x/echo HTTP/1.1\r\nHost: x\r\nX-Request-Id: left-early-1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"te',
  );
  raw.socket.destroy();

  await t.resolves(
    (await import('@app/testing')).eventually(() =>
      gateway.lines.some((line) => line['requestId'] === 'left-early-1' && line['status'] === 499),
    ),
  );
  t.equal(shop.calls.length, before);
});

t.test('field errors are worded in the language of the client', async (t) => {
  const zh = await echo('{"x":1}');
  const en = await echo('{"x":1}', { ...json, 'accept-language': 'en' });

  t.equal(zh.body.errors?.[0]?.message, '不支持的字段');
  t.equal(en.body.errors?.[0]?.message, 'is not a known field');
});

t.test('a deep or hostile body never becomes a 5xx', async (t) => {
  for (const body of [
    `{"text":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    '{"text":"\\ud800"}',
    '{"text":1e999}',
    `{"${'k'.repeat(10_000)}":1}`,
    '{"text":"\\u0000"}',
  ])
    t.ok(
      (await gateway.json('/api/v1/shop/x/echo', { method: 'POST', headers: json, body })).status <
        500,
      body.slice(0, 30),
    );
});

t.test('a signed-in write reaches its service as the user', async (t) => {
  await gateway.json('/api/v1/shop/things', {
    method: 'POST',
    body: '{"name":"a"}',
    headers: {
      ...json,
      ...bearer(makeToken()),
      'idempotency-key': 'key-00000001',
      'user-agent': 'agent/1',
    },
  });

  t.match(shop.calls.at(-1)?.call, {
    caller: { kind: 'user' },
    idempotencyKey: 'key-00000001',
    userAgent: 'agent/1',
    clientIp: '127.0.0.1',
  });
});

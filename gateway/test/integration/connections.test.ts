import { Agent } from 'node:http';
import { eventually } from '@app/testing';
import t from 'tap';
import { envelopeOf, openRaw, plainRequest } from '../support/raw-http.ts';
import { startSuite } from '../support/suite.ts';

const { gateway, shop } = await startSuite(t, {
  env: { GATEWAY_REQUEST_TIMEOUT_MS: '700', GATEWAY_CONNECTIONS_MAX: '40' },
});

t.test('what is not HTTP is answered 400 in the envelope and closed', async (t) => {
  for (const bytes of [
    'nonsense\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    'GET /system/health HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n',
    'GET /system/health HTTP/1.1\r\nHost: x\r\nX: a\u0000b\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n',
    'GET /system/health HTTP/1.1\r\nHost: x\r\n folded: 1\r\n\r\n',
  ]) {
    const raw = await openRaw(t, gateway.port);
    raw.send(bytes);
    const text = await raw.closed();
    t.match(text, /^HTTP\/1\.1 400 /, JSON.stringify(bytes));
    t.match(envelopeOf(text), {
      code: 400,
      type: 'HEADER_INVALID',
      data: null,
      requestId: /^[A-Za-z0-9_-]{8,64}$/,
    });
    t.match(text, /x-content-type-options: nosniff/i);
  }
});

t.test('headers beyond the limit are answered 431 in the envelope', async (t) => {
  const raw = await openRaw(t, gateway.port);
  raw.send(`GET /system/health HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`);

  const text = await raw.closed();

  t.match(text, /^HTTP\/1\.1 431 /);
  t.equal(envelopeOf(text).code, 431);
});

t.test(
  'a request without Host is answered 400 in the envelope, but HTTP/1.0 needs none',
  async (t) => {
    const raw = await openRaw(t, gateway.port);
    raw.send('GET /system/health HTTP/1.1\r\nConnection: close\r\n\r\n');
    const text = await raw.closed();
    t.match(text, /^HTTP\/1\.1 400 /);
    t.match(envelopeOf(text), { type: 'HEADER_INVALID', errors: [{ field: 'Host' }] });

    const old = await openRaw(t, gateway.port);
    old.send('GET /system/health HTTP/1.0\r\n\r\n');
    t.match(await old.closed(), /^HTTP\/1\.1 200 /);
  },
);

t.test('a client that sends its headers too slowly is answered 408 and closed', async (t) => {
  const raw = await openRaw(t, gateway.port);
  raw.send('GET /system/health HTTP/1.1\r\nHost: x\r\n');
  const drip = setInterval(() => raw.send('X-Drip: 1\r\n'), 100);
  t.teardown(() => clearInterval(drip));
  raw.socket.once('close', () => clearInterval(drip));
  const startedAt = performance.now();

  const text = await raw.closed();

  t.match(text, /^HTTP\/1\.1 408 /);
  t.equal(envelopeOf(text).type, 'REQUEST_TIMEOUT');
  t.ok(performance.now() - startedAt < 3000);
});

t.test(
  'a client that sends its body too slowly is closed, and its service is not called',
  async (t) => {
    const calls = shop.calls.length;
    const raw = await openRaw(t, gateway.port);
    raw.send(
      'POST /api/v1/shop/x/echo HTTP/1.1\r\nHost: x\r\nX-Request-Id: slow-body-1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{',
    );

    const text = await raw.closed();

    t.match(text, /^HTTP\/1\.1 408 /);
    t.equal(shop.calls.length, calls);
    await eventually(() => gateway.lines.some((line) => line['requestId'] === 'slow-body-1'));
  },
);

t.test('a connection that says nothing at all is closed', async (t) => {
  const raw = await openRaw(t, gateway.port);

  await raw.closed();

  t.pass('closed');
});

t.test(
  'an answer that takes longer than a request may take to arrive is not cut off',
  async (t) => {
    const waiting = plainRequest(gateway.port, { method: 'POST', path: '/api/v1/shop/waits' });
    // Longer than the request timeout and the interval in which node looks for it.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    shop.release();

    t.equal((await waiting).status, 200);
  },
);

t.test('requests that come in one packet are answered in their order', async (t) => {
  const raw = await openRaw(t, gateway.port);
  const get = (id: string, path: string) =>
    `GET ${path} HTTP/1.1\r\nHost: x\r\nX-Request-Id: ${id}\r\n\r\n`;
  raw.send(
    get('pipelined-1', '/api/v1/shop/search') +
      get('pipelined-2', '/nowhere') +
      get('pipelined-3', '/system/health'),
  );

  await eventually(() => raw.text().includes('"pipelined-3"'));

  const order = Array.from(raw.text().matchAll(/"requestId":"(pipelined-\d)"/g), ([, id]) => id);
  t.same(order, ['pipelined-1', 'pipelined-2', 'pipelined-3']);
});

t.test('a connection serves many requests', async (t) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.teardown(() => agent.destroy());
  for (let count = 0; count < 50; count += 1) {
    const { status, headers } = await plainRequest(gateway.port, {
      agent,
      path: count % 2 === 0 ? '/api/v1/shop/search' : '/nowhere',
    });
    t.equal(status, count % 2 === 0 ? 200 : 404);
    t.equal(headers.connection, 'keep-alive');
  }
});

t.test('an upgrade or a tunnel is not offered', async (t) => {
  const upgrade = await openRaw(t, gateway.port);
  upgrade.send(
    'GET /system/health HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n',
  );
  t.match(await upgrade.closed(), /^HTTP\/1\.1 200 /);
  const tunnel = await openRaw(t, gateway.port);
  tunnel.send('CONNECT evil.example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n');
  t.notMatch(await tunnel.closed(), /200/);
});

t.test('connections beyond the bound are closed, and those within it still served', async (t) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.teardown(() => agent.destroy());
  t.equal((await plainRequest(gateway.port, { agent, path: '/system/health' })).status, 200);

  const many = await Promise.all(Array.from({ length: 60 }, () => openRaw(t, gateway.port)));
  await eventually(() => many.filter(({ socket }) => socket.closed).length >= 20);

  t.equal((await plainRequest(gateway.port, { agent, path: '/system/health' })).status, 200);
});

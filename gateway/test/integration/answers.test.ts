import t from 'tap';
import { plainRequest } from '../support/raw-http.ts';
import { startSuite } from '../support/suite.ts';
import { bearer, makeToken } from '../support/tokens.ts';

const { gateway, shop } = await startSuite(t, {
  env: { CORS_ORIGINS: 'https://admin.example.com' },
});
const json = { 'content-type': 'application/json' };

t.test('a success is enveloped, with the request id and the trace in headers', async (t) => {
  const { status, headers, body } = await gateway.json('/api/v1/users/me', {
    headers: bearer(makeToken()),
  });

  t.equal(status, 200);
  t.match(body, { code: 200, message: 'Success', data: { nickname: '小明' } });
  t.equal(headers.get('x-request-id'), body.requestId);
  t.match(headers.get('traceparent'), /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
  t.equal(headers.get('content-type'), 'application/json; charset=utf-8');
});

t.test(
  'a good X-Request-Id is echoed and reaches the service, any other is replaced',
  async (t) => {
    const good = await gateway.json('/api/v1/shop/search', {
      headers: { 'x-request-id': 'my-request_1' },
    });

    t.equal(good.body.requestId, 'my-request_1');
    t.equal(shop.calls.at(-1)?.call.requestId, 'my-request_1');
    for (const bad of ['short', 'x'.repeat(65), 'with space', 'a"b,c:d/e']) {
      const { headers, body } = await gateway.json('/api/v1/shop/search', {
        headers: { 'x-request-id': bad },
      });
      t.match(body.requestId, /^[A-Za-z0-9_-]{8,64}$/);
      t.not(body.requestId, bad);
      t.equal(headers.get('x-request-id'), body.requestId);
    }
  },
);

t.test("the caller's trace goes on; a traceparent that is none starts a new one", async (t) => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const sent = `00-${traceId}-00f067aa0ba902b7-01`;

  const known = await gateway.fetch('/api/v1/shop/search', { headers: { traceparent: sent } });
  const unknown = await gateway.fetch('/api/v1/shop/search', {
    headers: { traceparent: '00-zz-1-01' },
  });

  t.equal(known.headers.get('traceparent')?.slice(3, 35), traceId);
  t.not(known.headers.get('traceparent'), sent, 'the span is our own');
  t.not(unknown.headers.get('traceparent')?.slice(3, 35), '0'.repeat(32));
});

t.test('security headers are on every answer', async (t) => {
  for (const path of ['/api/v1/shop/search', '/nowhere', '/system/health', '/metrics', '/docs']) {
    const { headers } = await gateway.fetch(path);
    t.equal(headers.get('x-content-type-options'), 'nosniff', path);
    t.equal(headers.get('x-frame-options'), 'DENY', path);
    t.equal(headers.get('cache-control'), 'no-store', path);
    t.match(headers.get('content-security-policy'), /default-src 'none'/, path);
    t.equal(headers.get('x-powered-by'), null);
  }
});

t.test('an unknown path is 404 ROUTE_NOT_FOUND, in the language of the client', async (t) => {
  for (const path of [
    '/',
    '/api/v1/nothing',
    '/api/v1/users/me/',
    '/API/v1/users/me',
    '/api/v1/users/me/addresses/',
  ])
    t.match(
      await gateway.json(path),
      {
        status: 404,
        body: { code: 404, type: 'ROUTE_NOT_FOUND', data: null, message: '接口不存在' },
      },
      path,
    );
  const english = await gateway.json('/api/v1/nothing', { headers: { 'accept-language': 'en' } });
  t.equal(english.body.message, 'There is no such route');
});

t.test('a wrong method is 405 with the methods that are right', async (t) => {
  const me = await gateway.json('/api/v1/users/me', { method: 'DELETE' });
  t.match(me, { status: 405, body: { type: 'METHOD_NOT_ALLOWED' } });
  t.equal(me.headers.get('allow'), 'GET, PATCH, HEAD, OPTIONS');
  const login = await gateway.json('/api/v1/auth/wechat/login');
  t.equal(login.headers.get('allow'), 'POST, OPTIONS');
  const trace = await plainRequest(gateway.port, { method: 'TRACE', path: '/api/v1/users/me' });
  t.equal(trace.status, 405);
});

t.test('HEAD is GET without the body', async (t) => {
  const get = await gateway.fetch('/api/v1/shop/search', {
    headers: { 'x-request-id': 'same-request' },
  });
  const head = await gateway.fetch('/api/v1/shop/search', {
    method: 'HEAD',
    headers: { 'x-request-id': 'same-request' },
  });

  t.equal(head.status, 200);
  t.equal(head.headers.get('content-length'), String((await get.arrayBuffer()).byteLength));
  t.equal(await head.text(), '');
});

t.test('a URL that cannot be decoded or is over 8 KiB is 400 MALFORMED_URL', async (t) => {
  const bad = [
    '/api/v1/shop/%zz/echo',
    '/%ff',
    '/api/v1/shop/search?a=%E0%A4%A',
    `/api/v1/shop/search?keyword=${'x'.repeat(8200)}`,
  ];
  for (const path of bad) {
    const { status, body } = await plainRequest(gateway.port, {
      path,
      method: path.includes('echo') ? 'POST' : 'GET',
    });
    t.equal(status, 400, path.slice(0, 40));
    t.match(JSON.parse(body), { type: 'MALFORMED_URL' });
  }
});

t.test('a large answer is compressed when the client takes it', async (t) => {
  const br = await gateway.fetch('/api/v1/shop/large', { headers: { 'accept-encoding': 'br' } });
  t.equal(br.headers.get('content-encoding'), 'br');
  t.match(await br.json(), { data: { text: '商品'.repeat(2000) } });
  const gzip = await gateway.fetch('/api/v1/shop/large', {
    headers: { 'accept-encoding': 'gzip' },
  });
  t.equal(gzip.headers.get('content-encoding'), 'gzip');
  t.match(await gzip.json(), { code: 200 });
  const plain = await plainRequest(gateway.port, { path: '/api/v1/shop/large' });
  t.equal(plain.headers['content-encoding'], undefined);
  t.match(plain.headers.vary, /Accept-Encoding/);
  const small = await gateway.fetch('/system/health', { headers: { 'accept-encoding': 'br' } });
  t.equal(small.headers.get('content-encoding'), null);
});

t.test('pages of allowed origins may call and preflight, others may not', async (t) => {
  const ask = (origin: string, path = '/api/v1/users/me') =>
    gateway.fetch(path, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'PATCH' },
    });

  const allowed = await ask('https://admin.example.com');
  t.equal(allowed.status, 204);
  t.equal(allowed.headers.get('access-control-allow-origin'), 'https://admin.example.com');
  t.equal(allowed.headers.get('access-control-allow-methods'), 'GET, PATCH, HEAD, OPTIONS');
  t.match(allowed.headers.get('access-control-allow-headers'), /Idempotency-Key/);
  const foreign = await ask('https://evil.example.com');
  t.equal(foreign.headers.get('access-control-allow-origin'), null);
  t.equal((await ask('https://admin.example.com', '/nowhere')).status, 404);
  const simple = await gateway.fetch('/api/v1/shop/search', {
    headers: { origin: 'https://admin.example.com' },
  });
  t.equal(simple.headers.get('access-control-allow-origin'), 'https://admin.example.com');
  t.equal(simple.headers.get('vary'), 'Origin');
  t.match(simple.headers.get('access-control-expose-headers'), /X-Request-Id/);
});

t.test('the status of success is that of the contract', async (t) => {
  const { status, body } = await gateway.json('/api/v1/shop/things', {
    method: 'POST',
    body: '{"name":"a"}',
    headers: { ...json, ...bearer(makeToken()), 'idempotency-key': 'key-00000001' },
  });

  t.equal(status, 201);
  t.match(body, { code: 201, data: { key: 'key-00000001' } });
});

t.test('an idempotency key is required where the route says so, and has a form', async (t) => {
  const post = (key: string | undefined) =>
    gateway.json('/api/v1/shop/things', {
      method: 'POST',
      body: '{"name":"a"}',
      headers: {
        ...json,
        ...bearer(makeToken()),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
    });

  t.match(await post(undefined), { status: 400, body: { type: 'IDEMPOTENCY_KEY_REQUIRED' } });
  t.match(await post(''), { status: 400, body: { type: 'IDEMPOTENCY_KEY_REQUIRED' } });
  for (const bad of [
    'short',
    'x'.repeat(65),
    'has space in it',
    'kéykéykéy'.normalize('NFD').replace(/[^\x20-\x7e]/g, '*'),
  ])
    t.match(
      await post(bad),
      { status: 400, body: { type: 'HEADER_INVALID', errors: [{ field: 'Idempotency-Key' }] } },
      bad,
    );
});

t.test('the API reference works offline: page, scripts and document come from here', async (t) => {
  const page = await gateway.fetch('/docs');
  const html = await page.text();
  const links = Array.from(html.matchAll(/(?:src|href)="([^"]+)"/g), ([, link]) => link ?? '');

  t.equal(links.length, 4);
  for (const link of links) {
    t.notMatch(link, /^(https?:)?\/\//);
    const asset = await fetch(new URL(link, `${gateway.base}/docs`));
    t.equal(asset.status, 200, link);
    await asset.arrayBuffer();
  }
  t.notMatch(html, /<script>|onload=/, 'nothing that the content policy would block');
  const slash = await gateway.fetch('/docs/', { redirect: 'follow' });
  t.equal(new URL(slash.url).pathname, '/docs');
  t.equal((await gateway.fetch('/docs/package.json')).status, 404);
  t.equal((await gateway.fetch('/docs/..%2f..%2fpackage.json')).status, 404);
});

t.test(
  'the OpenAPI document has the routes of services that are up, learnt ones included',
  async (t) => {
    const document = (await (await gateway.fetch('/docs/openapi.json')).json()) as {
      openapi: string;
      paths: Record<string, object>;
    };

    t.match(document.openapi, /^3\.1/);
    t.match(document.paths['/api/v1/users/me'], { get: {}, patch: {} });
    t.ok(document.paths['/api/v1/shop/{id}/echo']);
  },
);

t.test('metrics name the route by its pattern and count the answers by class', async (t) => {
  await gateway.fetch('/api/v1/shop/some-id/echo', { method: 'POST' });
  const text = await (await gateway.fetch('/metrics')).text();

  t.match(
    text,
    /app_http_request_duration_seconds_count\{method="POST",route="\/api\/v1\/shop\/\{id\}\/echo",status_class="2xx"\} \d+/,
  );
  t.notMatch(text, /some-id/);
  t.match(text, /app_http_known_routes \d+/);
});

t.test('one log line per request, without the path, the query or the token', async (t) => {
  const token = makeToken();
  await gateway.fetch('/api/v1/users/me?phone=13812345678', {
    headers: { ...bearer(token), 'x-request-id': 'logged-request' },
  });

  const lines = gateway.lines.filter((line) => line['requestId'] === 'logged-request');
  t.equal(lines.length, 1);
  t.match(lines[0], {
    level: 'info',
    msg: 'request',
    method: 'GET',
    route: '/api/v1/users/me',
    traceId: /^[0-9a-f]{32}$/,
  });
  t.type(lines[0]?.['durationMs'], 'number');
  t.notMatch(JSON.stringify(gateway.lines), '13812345678');
  t.notMatch(JSON.stringify(gateway.lines), token);
});

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { freePort, type TestScope } from '@app/testing';
import { UpstreamError, createUpstream, metricsText, runInRequest } from '../../src/index.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const serve = async (scope: TestScope, answer: Answer): Promise<string> => {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  scope.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/base`;
};

const failureOf = async (work: Promise<unknown>): Promise<UpstreamError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof UpstreamError) return error;
  throw new Error('it did not fail as an UpstreamError', { cause: error });
};

t.test(
  'it sends method, path, query, headers and JSON, and returns the bytes of the answer',
  async (t) => {
    const baseUrl = await serve(t, (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        response.setHeader(
          'X-Seen',
          [request.method, request.url, request.headers['x-a']].join(' '),
        );
        response.end(Buffer.concat(chunks));
      });
    });
    const upstream = createUpstream({ name: 'echo', baseUrl, timeoutMs: 2000 });

    const answer = await upstream.request({
      method: 'POST',
      path: '/cgi-bin/token',
      query: { appid: 'wx 1', secret: 's&s', none: undefined },
      headers: { 'x-a': 'b' },
      json: { hello: '世界' },
    });

    t.equal(answer.status, 200);
    t.equal(answer.body.toString(), '{"hello":"世界"}');
    t.equal(answer.headers['x-seen'], 'POST /base/cgi-bin/token?appid=wx+1&secret=s%26s b');
  },
);

t.test('answers below 500 are answers', async (t) => {
  const baseUrl = await serve(t, (_request, response) => {
    response.writeHead(404, { location: '/elsewhere' }).end('nothing');
  });
  const answer = await createUpstream({ name: 'a404', baseUrl, timeoutMs: 2000 }).request({
    method: 'GET',
    path: '/',
  });

  t.match(answer, { status: 404 });
});

t.test('a redirect is not followed: it could carry a secret elsewhere', async (t) => {
  const baseUrl = await serve(t, (_request, response) => {
    response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
  });
  const answer = await createUpstream({ name: 'a302', baseUrl, timeoutMs: 2000 }).request({
    method: 'GET',
    path: '/',
  });

  t.equal(answer.status, 302);
});

t.test('an answer of 500 and above fails with its status and body', async (t) => {
  const baseUrl = await serve(t, (_request, response) => {
    response.writeHead(502).end('bad gateway');
  });
  const error = await failureOf(
    createUpstream({ name: 'a502', baseUrl, timeoutMs: 2000 }).request({
      method: 'GET',
      path: '/',
    }),
  );

  t.match(error, { reason: 'status', status: 502, upstream: 'a502', sent: true });
  t.equal(error.body?.toString(), 'bad gateway');
});

t.test('headers that do not come, and a body that does not end, are a timeout', async (t) => {
  const baseUrl = await serve(t, (request, response) => {
    if (request.url === '/base/body') response.writeHead(200).write('half');
  });
  const upstream = createUpstream({ name: 'slow', baseUrl, timeoutMs: 100 });

  for (const path of ['/headers', '/body']) {
    const startedMs = performance.now();
    t.match(await failureOf(upstream.request({ method: 'GET', path })), {
      reason: 'timeout',
      sent: true,
    });
    t.ok(performance.now() - startedMs < 1000);
  }
});

t.test('the deadline of the request bounds the call, and a passed one sends nothing', async (t) => {
  let requests = 0;
  const baseUrl = await serve(t, () => {
    requests += 1;
  });
  const upstream = createUpstream({ name: 'deadline', baseUrl, timeoutMs: 60_000 });
  const within = (ms: number) =>
    runInRequest({ requestId: 'r', locale: 'en', deadlineMs: performance.now() + ms }, () =>
      failureOf(upstream.request({ method: 'GET', path: '/' })),
    );

  t.match(await within(80), { reason: 'timeout', sent: true });
  t.match(await within(-1), { reason: 'timeout', sent: false });
  t.equal(requests, 1);
});

t.test('a peer that is not there is a network failure', async (t) => {
  const upstream = createUpstream({
    name: 'gone',
    baseUrl: `http://127.0.0.1:${await freePort()}`,
    timeoutMs: 2000,
  });

  t.match(await failureOf(upstream.request({ method: 'GET', path: '/' })), { reason: 'network' });
});

t.test('an answer that is too large is refused without being kept', async (t) => {
  const baseUrl = await serve(t, (_request, response) => {
    response.end(Buffer.alloc(100_000));
  });
  const upstream = createUpstream({ name: 'large', baseUrl, timeoutMs: 2000, bodyMaxBytes: 1000 });

  t.match(await failureOf(upstream.request({ method: 'GET', path: '/' })), {
    reason: 'network',
    message: /1000 bytes/,
  });
});

t.test(
  'failures open the breaker, an open one calls nobody, and a success closes it',
  async (t) => {
    let requests = 0;
    let status = 500;
    const baseUrl = await serve(t, (_request, response) => {
      requests += 1;
      response.writeHead(status).end();
    });
    const upstream = createUpstream({
      name: 'flaky',
      baseUrl,
      timeoutMs: 2000,
      breaker: { callsMin: 4, failurePercent: 50, openMs: 150 },
    });
    const call = () => upstream.request({ method: 'GET', path: '/x', operation: 'probe' });

    for (let i = 0; i < 4; i += 1) await failureOf(call());
    const before = requests;
    const open = await failureOf(call());
    status = 200;
    await new Promise((resolve) => setTimeout(resolve, 200));
    const answer = await call();

    t.match(open, { reason: 'open', sent: false });
    t.equal(requests, before + 1, 'only the call after the pause reached the peer');
    t.equal(answer.status, 200);
    t.equal((await call()).status, 200);
    t.match(
      await metricsText(),
      /app_upstream_duration_seconds_count\{upstream="flaky",operation="probe",outcome="open"\} 1/,
    );
  },
);

t.test('client errors do not open the breaker', async (t) => {
  const baseUrl = await serve(t, (_request, response) => {
    response.writeHead(400).end();
  });
  const upstream = createUpstream({
    name: 'picky',
    baseUrl,
    timeoutMs: 2000,
    breaker: { callsMin: 2 },
  });

  for (let i = 0; i < 10; i += 1)
    t.equal((await upstream.request({ method: 'GET', path: '/' })).status, 400);
});

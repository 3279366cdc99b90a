import { eventually } from '@app/testing';
import t from 'tap';
import { startGateway, startSuite } from '../support/suite.ts';
import { bearer, makeToken } from '../support/tokens.ts';

const limits = {
  RATE_LIMIT_READ_PER_MIN: '30',
  RATE_LIMIT_WRITE_PER_MIN: '5',
  RATE_LIMIT_AUTH_PER_MIN: '10',
  GATEWAY_INFLIGHT_MAX: '4',
  TRUSTED_PROXIES: '127.0.0.1',
};
const { gateway, namespace, shop } = await startSuite(t, { env: limits });
const second = await startGateway(t, { namespace, env: limits });
await eventually(async () => (await second.fetch('/api/v1/shop/search')).status === 200);

const signIn = (which: typeof gateway, ip: string) =>
  which.json('/api/v1/shop/sign-in', { method: 'POST', headers: { 'x-forwarded-for': ip } });

t.test('two gateways allow exactly the limit together, and say when to come back', async (t) => {
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      signIn(index % 2 === 0 ? gateway : second, '203.0.113.1'),
    ),
  );

  // The bound of requests in flight may turn some away before they are counted.
  const counted = answers.filter(({ status }) => status !== 503);
  let allowed = counted.filter(({ status }) => status === 200).length;
  while (allowed < 10) {
    const { status } = await signIn(second, '203.0.113.1');
    if (status !== 200) break;
    allowed += 1;
  }
  t.equal(allowed, 10);
  for (const which of [gateway, second]) {
    const refused = await signIn(which, '203.0.113.1');
    t.match(refused, { status: 429, body: { code: 429, type: 'RATE_LIMITED' } });
    const seconds = Number(refused.headers.get('retry-after'));
    t.ok(Number.isInteger(seconds) && seconds >= 1 && seconds <= 60, `Retry-After ${seconds}`);
  }
});

t.test('another address has its own share', async (t) => {
  t.equal((await signIn(gateway, '203.0.113.2')).status, 200);
});

t.test('an address that a client made up does not help when it is no proxy', async (t) => {
  const answer = await signIn(gateway, '1.1.1.1, 203.0.113.1');

  t.equal(answer.status, 429, 'the address that the proxy saw counts');
});

t.test('signed-in routes count per user, whatever the address', async (t) => {
  const list = (sub: string, ip: string) =>
    gateway.fetch('/api/v1/shop/things', {
      headers: { ...bearer(makeToken({ sub })), 'x-forwarded-for': ip },
    });
  for (let count = 0; count < 30; count += 1)
    t.equal((await list('user-one', `203.0.114.${count}`)).status, 200);

  t.equal((await list('user-one', '203.0.114.99')).status, 429);
  t.equal((await list('user-two', '203.0.114.99')).status, 200);
});

t.test('a request without a good token is not counted against anybody', async (t) => {
  for (let count = 0; count < 40; count += 1) {
    const { status } = await gateway.fetch('/api/v1/shop/things', {
      headers: bearer(makeToken({ sub: 'user-three', expiresIn: -1 })),
    });
    t.equal(status, 401);
  }
  t.equal(
    (
      await gateway.fetch('/api/v1/shop/things', {
        headers: bearer(makeToken({ sub: 'user-three' })),
      })
    ).status,
    200,
  );
});

t.test(
  'beyond the bound of requests in flight: 503 with Retry-After, but probes and callbacks go on',
  async (t) => {
    const waiting = Array.from({ length: 4 }, () =>
      gateway.fetch('/api/v1/shop/waits', { method: 'POST' }),
    );
    await eventually(async () => (await gateway.fetch('/api/v1/shop/search')).status === 503);

    const refused = await gateway.json('/api/v1/shop/search');
    t.match(refused.body, { code: 503, type: 'SERVICE_UNAVAILABLE' });
    t.equal(refused.headers.get('retry-after'), '1');
    t.equal((await gateway.fetch('/system/health')).status, 200);
    t.equal((await gateway.fetch('/callbacks/shop/a', { method: 'POST', body: 'x' })).status, 202);
    t.match(await (await gateway.fetch('/metrics')).text(), /app_http_in_flight_requests 4/);
    await eventually(() => {
      shop.release();
      return Promise.race([
        Promise.all(waiting).then(() => true),
        new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 20)),
      ]);
    });
    for (const answer of waiting) t.equal((await answer).status, 200);
    t.equal((await gateway.fetch('/api/v1/shop/search')).status, 200);
  },
);

import { createTestHost, eventually, testNamespace } from '@app/testing';
import t from 'tap';
import { shopApp } from '../support/shop.ts';
import { authApp, startGateway, startSuite, userApp } from '../support/suite.ts';
import { bearer, makeToken } from '../support/tokens.ts';

const json = { 'content-type': 'application/json' };

t.test(
  'a gateway that comes first answers 503 for what it will know and is complete once services join',
  async (t) => {
    const namespace = testNamespace();
    const gateway = await startGateway(t, { namespace, overrides: { requiredServices: ['user'] } });
    const me = () => gateway.json('/api/v1/users/me', { headers: bearer(makeToken()) });

    const early = await me();
    t.match(early, { status: 503, body: { code: 503, type: 'SERVICE_UNAVAILABLE', data: null } });
    t.ok(Number(early.headers.get('retry-after')) >= 1);
    t.equal((await gateway.fetch('/system/health')).status, 200, 'it lives');
    t.equal((await gateway.fetch('/system/ready')).status, 503, 'but is not ready');
    t.equal((await gateway.fetch('/api/v1/shop/search')).status, 404, 'the shop is in no contract');

    const host = await createTestHost({ service: 'user', namespace, scope: t });
    for (const app of [userApp(), authApp([]), shopApp().app]) host.add(app);
    await host.start();
    await eventually(async () => (await me()).status === 200);
    await eventually(async () => (await gateway.fetch('/api/v1/shop/search')).status === 200);
    await eventually(async () => (await gateway.fetch('/system/ready')).status === 200);

    await host.stop();
    t.equal((await me()).status, 503);
    t.equal((await gateway.fetch('/api/v1/shop/search')).status, 503, 'a learnt route stays');
    t.equal((await gateway.fetch('/system/health')).status, 200);
  },
);

t.test('one service down takes only its own routes with it', async (t) => {
  const namespace = testNamespace();
  const shopHost = await createTestHost({ service: 'shop', namespace, scope: t });
  shopHost.add(shopApp().app);
  const userHost = await createTestHost({ service: 'user', namespace, scope: t });
  userHost.add(userApp());
  await Promise.all([shopHost.start(), userHost.start()]);
  const gateway = await startGateway(t, { namespace });
  const me = async () =>
    (await gateway.fetch('/api/v1/users/me', { headers: bearer(makeToken()) })).status;
  await eventually(
    async () => (await me()) === 200 && (await gateway.fetch('/api/v1/shop/search')).status === 200,
  );

  await shopHost.stop();

  t.equal((await gateway.fetch('/api/v1/shop/search')).status, 503);
  t.equal(await me(), 200);
});

t.test(
  'failures of a service leave with status, code and text of the catalogue only',
  async (t) => {
    const { gateway, shop } = await startSuite(t);
    const fail = (how: string) =>
      gateway.json('/api/v1/shop/failures', {
        method: 'POST',
        headers: json,
        body: JSON.stringify({ how }),
      });

    await t.test('a known code', async (t) => {
      t.match(await fail('known'), {
        status: 404,
        body: { code: 404, type: 'USER_NOT_FOUND', message: '用户不存在', data: null },
      });
    });
    await t.test(
      'a code that no contract has, and a bug, are INTERNAL and tell nothing',
      async (t) => {
        for (const how of ['unknown', 'bug']) {
          const { status, body } = await fail(how);
          t.equal(status, 500);
          t.match(body, { type: 'INTERNAL', message: '系统繁忙，请稍后再试' });
          t.notMatch(JSON.stringify(body), /select|secret|stack|at /);
        }
      },
    );
    await t.test('no answer before the deadline of the action is 504', async (t) => {
      const startedAt = performance.now();
      t.match(await fail('late'), { status: 504, body: { type: 'DEADLINE_EXCEEDED' } });
      t.ok(performance.now() - startedAt < 2000);
    });
    await t.test('a client that leaves does not stop the write it began', async (t) => {
      const leave = new AbortController();
      const request = gateway
        .fetch('/api/v1/shop/waits', { method: 'POST', signal: leave.signal })
        .catch(() => 'left');
      await eventually(() => shop.waiting > 0);
      leave.abort();
      t.equal(await request, 'left');
      shop.release();
      await eventually(() =>
        gateway.lines.some(
          (line) => line['route'] === '/api/v1/shop/waits' && line['status'] === 200,
        ),
      );
    });
    await t.test('the deadline travels with the call', async (t) => {
      await gateway.json('/api/v1/shop/search');
      t.ok(shop.calls.length > 0);
    });
  },
);

t.test('a stopping gateway finishes what it took and ends its connections', async (t) => {
  const { gateway, shop } = await startSuite(t);
  const waiting = gateway.fetch('/api/v1/shop/waits', { method: 'POST' });
  await eventually(() => shop.waiting > 0);

  const stopped = gateway.host.stop();
  await eventually(async () =>
    gateway.fetch('/system/health').then(
      () => false,
      () => true,
    ),
  );
  shop.release();

  t.equal((await waiting).status, 200);
  await stopped;
});

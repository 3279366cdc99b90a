import { createTestHost, eventually, testNamespace } from '@app/testing';
import t from 'tap';
import { shopApp } from '../support/shop.ts';
import { authApp, startGateway, startSuite, userApp } from '../support/suite.ts';
import { bearer, ids, makeToken } from '../support/tokens.ts';

const admin = bearer(makeToken({ aud: 'admin', claims: { marks: ['shop:ship'] } }));
const ship = '/admin/v1/shop/shipments';

t.test('a write of an admin is noted before and after, with its end', async (t) => {
  const { gateway, notes } = await startSuite(t);

  const done = await gateway.json(ship, {
    method: 'POST',
    headers: { ...admin, 'x-request-id': 'request-of-admin' },
  });
  t.equal(done.status, 200);

  t.match(notes, [
    {
      actor: ids.admin,
      action: 'v1.shop.ship',
      route: `POST ${ship}`,
      requestId: 'request-of-admin',
      clientIp: '127.0.0.1',
      paramsDigest: /^[0-9a-f]{64}$/,
    },
    { intentSeq: 1, status: 200, outcome: 'ok' },
  ]);

  const refused = await gateway.json(ship, {
    method: 'POST',
    headers: { ...admin, 'content-type': 'application/json' },
    body: JSON.stringify({ nonsense: 1 }),
  });
  t.equal(refused.status, 400);
  t.match(notes.at(-1), { status: 400, outcome: 'VALIDATION_FAILED' });
  t.notOk(JSON.stringify(notes).includes('nonsense'), 'params are digested, not kept');
});

t.test('without the intent nothing runs; an outcome that got lost is told later', async (t) => {
  const namespace = testNamespace();
  const shop = shopApp();
  const others = await createTestHost({ service: 'others', namespace, scope: t });
  others.add(shop.app);
  others.add(userApp());
  await others.start();
  const notes: object[] = [];
  const startAuth = async () => {
    const host = await createTestHost({ service: 'auth', namespace, scope: t });
    host.add(authApp([], notes));
    await host.start();
    return host;
  };
  const first = await startAuth();
  const gateway = await startGateway(t, {
    namespace,
    overrides: { requiredServices: ['auth', 'user'] },
  });
  const write = () => gateway.json(ship, { method: 'POST', headers: admin });
  await eventually(async () => (await write()).status === 200);
  const shipped = notes.length;

  await first.stop();
  const refused = await write();
  t.equal(refused.status, 503);
  t.equal(notes.length, shipped);

  await startAuth();
  await eventually(async () => (await write()).status === 200, { withinMs: 10_000 });
  await eventually(() => notes.length >= shipped + 2, { withinMs: 10_000 });
});

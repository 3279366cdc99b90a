import { testNamespace } from '@app/testing';
import { createTestHost, eventually } from '@app/testing';
import t from 'tap';
import { shopApp } from '../support/shop.ts';
import { authApp, startGateway, userApp } from '../support/suite.ts';
import { bearer, makeToken } from '../support/tokens.ts';

t.test(
  'five seconds without auth: admins get 503 REVOCATION_UNKNOWN, users go on, and it heals by itself',
  async (t) => {
    const namespace = testNamespace();
    const others = await createTestHost({ service: 'others', namespace, scope: t });
    others.add(shopApp().app);
    others.add(userApp());
    await others.start();
    const startAuth = async () => {
      const host = await createTestHost({ service: 'auth', namespace, scope: t });
      host.add(authApp([]));
      await host.start();
      return host;
    };
    const first = await startAuth();
    const gateway = await startGateway(t, {
      namespace,
      overrides: { requiredServices: ['auth', 'user'] },
    });
    const look = () =>
      gateway.json('/admin/v1/shop/shipments', {
        headers: bearer(makeToken({ aud: 'admin', claims: { marks: ['shop:ship'] } })),
      });
    await eventually(async () => (await look()).status === 200);

    await first.stop();
    t.equal((await look()).status, 200, 'what was learnt a moment ago still holds');
    await eventually(async () => (await look()).status === 503, { withinMs: 8000 });

    const refused = await look();
    t.match(refused.body, { type: 'REVOCATION_UNKNOWN' });
    t.ok(refused.headers.get('retry-after'));
    t.equal(
      (await gateway.fetch('/api/v1/users/me', { headers: bearer(makeToken()) })).status,
      200,
    );
    t.equal((await gateway.fetch('/system/ready')).status, 503);
    await startAuth();
    await eventually(async () => (await look()).status === 200, { withinMs: 5000 });
    await eventually(async () => (await gateway.fetch('/system/ready')).status === 200);
  },
);

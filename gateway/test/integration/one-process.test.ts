import {
  createTestHost,
  eventually,
  freePort,
  jaegerCollector,
  testEnv,
  testNamespace,
  traceTree,
} from '@app/testing';
import { readConfig } from '@app/runtime';
import t from 'tap';
import { createApp } from '../../src/app.ts';
import { configSpec } from '../../src/config.ts';
import { shopApp } from '../support/shop.ts';
import { authApp, played, userApp, wechatApp } from '../support/suite.ts';
import { bearer, keys, makeToken } from '../support/tokens.ts';

t.test('gateway and services work in one process, and a request is one trace', async (t) => {
  const collector = await jaegerCollector();
  t.teardown(() => collector.close());
  const port = await freePort();
  const namespace = testNamespace();
  const env = {
    ENV: 'dev',
    NATS_URL: testEnv().nats.url,
    NAMESPACE: namespace,
    REDIS_ADDR: testEnv().redis.addr,
    GATEWAY_PORT: String(port),
    JWT_SIGNING_KEY: keys.app,
    ADMIN_JWT_SECRET: keys.admin,
    INTERNAL_API_KEY: keys.internal,
    TRACE_EXPORTER: 'jaeger',
    TRACE_SAMPLE_RATIO: '1',
    JAEGER_AGENT_HOST: '127.0.0.1',
    JAEGER_AGENT_PORT: String(collector.port),
  };
  const host = await createTestHost({ service: 'single', namespace, scope: t, env });
  for (const app of [authApp([]), userApp(), wechatApp(), shopApp().app]) host.add(app);
  const config = readConfig(configSpec, env, { service: 'gateway' });
  host.add(createApp(host, config, { requiredServices: played }));
  await host.start();
  await eventually(
    async () => (await fetch(`http://127.0.0.1:${port}/system/ready`)).status === 200,
  );

  const response = await fetch(`http://127.0.0.1:${port}/api/v1/users/me`, {
    headers: bearer(makeToken()),
  });
  t.equal(response.status, 200);
  const traceId = response.headers.get('traceparent')?.slice(3, 35) ?? '';

  const spans = await collector.waitForTrace(traceId);
  t.equal(
    traceTree(spans),
    [
      'gateway: GET /api/v1/users/me',
      '  gateway: call v1.user.getMe',
      '    user: v1.user.getMe',
    ].join('\n'),
  );
  const polls = collector.spans().filter(({ name }) => name.includes('listRevocations'));
  t.same(polls, [], 'the questions about revocations fill no trace store');
});

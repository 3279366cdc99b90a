import { randomBytes } from 'node:crypto';
import { jaegerCollector, traceTree } from '@app/testing';
import t from 'tap';
import { startSuite } from '../support/suite.ts';

const jaeger = await jaegerCollector();
const suite = await startSuite({
  env: {
    TRACE_EXPORTER: 'jaeger',
    TRACE_SAMPLE_RATIO: '1',
    JAEGER_AGENT_HOST: '127.0.0.1',
    JAEGER_AGENT_PORT: String(jaeger.port),
  },
});
t.teardown(async () => {
  await suite.stop();
  await jaeger.close();
});

await t.test(
  'a sign-in is one tree: gateway, auth, wechat-ccs, the upstream call, user and its SQL, and the fact that follows',
  async (t) => {
    const { code } = await suite.loginCode();
    const traceId = randomBytes(16).toString('hex');
    const traceparent = `00-${traceId}-${randomBytes(8).toString('hex')}-01`;

    const login = await suite.client.post(
      '/api/v1/auth/wechat/login',
      { code },
      { headers: { traceparent } },
    );
    t.equal(login.status, 200);
    t.ok(login.headers.get('traceparent')?.includes(traceId), 'the answer names the trace');
    const spans = await jaeger.waitForTrace(traceId, (all) => {
      const services = new Set(all.map((span) => span.service));
      return (
        ['gateway', 'auth', 'wechat-ccs', 'user'].every((service) => services.has(service)) &&
        all.length >= 12
      );
    });

    t.comment(traceTree(spans));
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    const ancestors = (spanId: string | undefined): readonly string[] => {
      const span = spanId === undefined ? undefined : byId.get(spanId);
      return span === undefined ? [] : [span.service, ...ancestors(span.parentSpanId)];
    };
    const roots = spans.filter(
      (span) => span.parentSpanId === undefined || !byId.has(span.parentSpanId),
    );
    t.equal(roots.length, 1, 'one tree');
    t.equal(roots[0]?.service, 'gateway');
    const upstream = spans.find(
      (span) =>
        span.service === 'wechat-ccs' &&
        span.kind === 'client' &&
        /jscode2session/.test(JSON.stringify([span.name, span.tags])),
    );
    t.ok(upstream !== undefined, 'the call to WeChat is in the tree');
    t.ok(ancestors(upstream?.spanId).includes('auth'));
    const sql = spans.filter(
      (span) =>
        span.service === 'user' &&
        /insert into|select/i.test(JSON.stringify([span.name, span.tags])),
    );
    t.ok(sql.length > 0, "user's SQL is in the tree");
    t.ok(ancestors(sql[0]?.spanId).includes('auth'), 'below the call from auth');
    t.notOk(JSON.stringify(spans).includes(code), 'the login code is in no span');
    t.notOk(
      JSON.stringify(spans).includes(suite.secrets['WXMP_APPSECRET'] ?? 'missing'),
      'the app secret is in no span',
    );
  },
);

import t from 'tap';
import { DomainError } from '@app/kernel';
import { createTestHost, eventually, testNamespace } from '@app/testing';
import { requestContext, runInRequest, type Host } from '../../src/index.ts';
import { probe } from '../support/contract.ts';
import { lineLog, newProbeLog, probeApp } from '../support/node.ts';

const namespace = testNamespace();
const probeLog = newProbeLog();
const log = lineLog();
const seen: unknown[] = [];

const service = await createTestHost({ service: 'probe', namespace, logger: log.logger, scope: t });
const client = await createTestHost({ service: 'caller', namespace, scope: t });
service.add(
  probeApp(service, probeLog, {
    operate: async (_params, call) => {
      seen.push({ ...call, action: call.action.name, context: requestContext() });
      return null;
    },
  }),
);
await Promise.all([service.start(), client.start()]);

const failureOf = async (work: Promise<unknown>): Promise<DomainError> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('it did not fail');
};

const rejectsWith = async (test: Tap, work: Promise<unknown>, code: string): Promise<void> => {
  test.equal((await failureOf(work)).code, code);
};
type Tap = Pick<typeof t, 'equal'>;

t.test('a call returns the result, with the defaults of the params filled in', async (t) => {
  const result = await client.call(probe.actions.echo, { text: 'hello' });

  t.same(result, { text: 'hello', times: 1, pid: process.pid });
});

t.test(
  'an error of the service arrives with its code, kind and data and nothing else',
  async (t) => {
    const error = await failureOf(client.call(probe.actions.fail, { how: 'domain' }));

    t.equal(error.code, 'PROBE_TAKEN');
    t.equal(error.kind, 'conflict');
    t.same(error.data, { by: 'someone' });
    t.notMatch(`${error.message} ${error.stack ?? ''}`, /hidden_table|deep cause|node\.ts/);
    t.equal(error.cause, undefined);
  },
);

t.test('a bug arrives as INTERNAL, and only the log of its process knows more', async (t) => {
  const error = await failureOf(client.call(probe.actions.fail, { how: 'bug' }));

  t.equal(error.code, 'INTERNAL');
  t.notMatch(JSON.stringify([error.message, error.stack, error.data]), /hidden_table/);
  t.match(log.text(), /"level":"error".*hidden_table.*action failed unexpectedly/);
});

t.test('what really crosses the bus holds no message and no stack', async (t) => {
  const error = await client.broker.call('v1.probe.fail', { how: 'bug' }, { meta: asService }).then(
    () => undefined,
    (reason: unknown) => reason as Error & { type: string; code: number },
  );

  t.equal(error?.type, 'INTERNAL');
  t.equal(error?.code, 500);
  t.equal(error?.message, 'INTERNAL');
  t.notMatch(error?.stack ?? '', /hidden_table|probe/);
});

t.test('an action that is not there is SERVICE_UNAVAILABLE', async (t) => {
  const nowhere = { ...probe.actions.echo, name: 'v1.nowhere.echo' } as typeof probe.actions.echo;

  await rejectsWith(t, client.call(nowhere, { text: 'x' }), 'SERVICE_UNAVAILABLE');
});

t.test(
  'an answer that comes too late is DEADLINE_EXCEEDED, and the call is not repeated',
  async (t) => {
    const work = client.call(probe.actions.slow, { ms: 300 }, { timeoutMs: 50 });

    await rejectsWith(t, work, 'DEADLINE_EXCEEDED');
  },
);

t.test(
  'the deadline of a request bounds the calls made for it, here and at the callee',
  async (t) => {
    const context = {
      requestId: 'r-deadline',
      locale: 'en',
      deadlineMs: performance.now() + 400,
    } as const;

    const { ms } = await runInRequest(context, () => client.call(probe.actions.slow, { ms: 1 }));
    const late = runInRequest({ ...context, deadlineMs: performance.now() - 1 }, () =>
      client.call(probe.actions.slow, { ms: 1 }),
    );

    t.ok(ms > 0 && ms <= 400, `${ms} ms were left`);
    await rejectsWith(t, late, 'DEADLINE_EXCEEDED');
  },
);

t.test('the handler knows the caller, the request and the language', async (t) => {
  seen.length = 0;
  await runInRequest({ requestId: 'request-12345', locale: 'en' }, () =>
    client.call(
      probe.actions.operate,
      {},
      {
        caller: { kind: 'internal' },
        idempotencyKey: 'key-12345',
        clientIp: '10.1.2.3',
        userAgent: 'tap',
      },
    ),
  );

  t.match(seen, [
    {
      caller: { kind: 'internal' },
      requestId: 'request-12345',
      locale: 'en',
      idempotencyKey: 'key-12345',
      clientIp: '10.1.2.3',
      userAgent: 'tap',
      raw: undefined,
      action: 'v1.probe.operate',
      context: { requestId: 'request-12345', locale: 'en', service: 'probe' },
    },
  ]);
});

t.test('a callback keeps the bytes of its body', async (t) => {
  const body = Buffer.from([0, 255, 128, 10, 13, 34]);
  const raw = { method: 'POST', headers: { 'x-sign': 's' }, query: { a: '1' }, body };

  const result = await client.call(probe.actions.notify, {}, { caller: { kind: 'callback' }, raw });

  t.same(result, { bytes: 6, text: '00ff800a0d22' });
});

t.test(
  'params that do not fit are refused before the handler runs, worded in the language asked for',
  async (t) => {
    probeLog.calls.length = 0;
    const wrong = { text: '', times: 99, colour: 'blue', extra: 1 } as never;

    const zh = await failureOf(client.call(probe.actions.echo, wrong));
    const en = await failureOf(
      runInRequest({ requestId: 'request-en', locale: 'en' }, () =>
        client.call(probe.actions.echo, wrong),
      ),
    );

    t.equal(zh.code, 'VALIDATION_FAILED');
    t.match(zh.data, {
      errors: [
        { field: 'extra', rule: 'unknown', message: '不支持的字段' },
        { field: 'text', rule: 'minLength', message: '长度不能少于 1 个字符' },
        { field: 'times', rule: 'maximum', message: '不能大于 9' },
        { field: 'colour', rule: 'enum', message: '只能是以下之一：red, green' },
      ],
    });
    t.match(en.data, { errors: [{ message: 'is not a known field' }] });
    t.same(probeLog.calls, []);
  },
);

t.test('a result against the contract is a bug of the service, except in production', async (t) => {
  const liar = async (env: string): Promise<unknown> => {
    const own = testNamespace();
    const host = await createTestHost({
      service: 'probe',
      namespace: own,
      env: { ENV: env },
      scope: t,
    });
    host.add(probeApp(host, newProbeLog(), { open: async () => ({ kind: 5 }) as never }));
    await host.start();
    return host.call(probe.actions.open, {});
  };

  await rejectsWith(t, liar('dev'), 'INTERNAL');
  t.same(await liar('pro'), { kind: 5 });
});

t.test('a hint reaches every node before what its sender says next', async (t) => {
  const orders: string[][] = [];
  for (let round = 0; round < 20; round += 1) {
    probeLog.hints.length = 0;
    await client.hint(probe.hints.changed, { key: `k${round}` });
    await client.call(probe.actions.echo, { text: 'after' });
    orders.push([...probeLog.hints]);
  }

  t.same(
    orders,
    Array.from({ length: 20 }, (_, round) => [`k${round}`]),
  );
});

t.test('a hint is on its way to everybody when it resolves', async (t) => {
  probeLog.hints.length = 0;
  for (let round = 1; round <= 50; round += 1) {
    await client.hint(probe.hints.changed, { key: `k${round}` });
    // On another connection than the hint's: what the server has for it comes before its pong.
    await service.link.flush(1_000);
    if (probeLog.hints.length !== round) break;
  }

  t.equal(probeLog.hints.length, 50);
});

t.test('a hint reaches its own node as well', async (t) => {
  probeLog.hints.length = 0;
  await service.hint(probe.hints.changed, { key: 'own' });

  await eventually(() => probeLog.hints.length > 0);
  t.same(probeLog.hints, ['own']);
});

t.test('a hint that does not fit its contract is dropped and logged', async (t) => {
  probeLog.hints.length = 0;
  await client.hint(probe.hints.changed, { key: 5 } as never);
  await client.call(probe.actions.echo, { text: 'after' });

  t.same(probeLog.hints, []);
  t.match(log.text(), /hint does not fit its contract/);
});

const asService = {
  caller: { kind: 'service', name: 'test' },
  requestId: 'r-1234567',
  locale: 'en',
};
const asUser = { kind: 'user', userId: 'u1', sessionId: 's1' } as const;
const asAdmin = (...marks: string[]) => ({ kind: 'admin', adminId: 'a1', marks }) as const;

t.test('an action is for its audience and for nobody else', async (t) => {
  const { mine, ship, notify, operate, open, echo } = probe.actions;
  const who = {
    user: asUser,
    marked: asAdmin('probe:ship'),
    unmarked: asAdmin('probe:other'),
    internal: { kind: 'internal' },
    callback: { kind: 'callback' },
    service: { kind: 'service', name: 'order' },
    public: { kind: 'public' },
  } as const;
  const verdict = async (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'in',
      (error: unknown) => (error as DomainError).code.replace('_FORBIDDEN', ''),
    );

  const table = Object.fromEntries(
    await Promise.all(
      Object.entries(who).map(async ([name, caller]) => {
        const row = await Promise.all([
          verdict(client.call(mine, { id: 'x' }, { caller })),
          verdict(client.call(ship, {}, { caller })),
          verdict(client.call(notify, {}, { caller })),
          verdict(client.call(operate, {}, { caller })),
          verdict(client.call(open, {}, { caller })),
          verdict(client.call(echo, { text: 'x' }, { caller })),
        ]);
        return [name, row.join(' ')] as const;
      }),
    ),
  );

  t.same(table, {
    //         app    admin  callback internal public none
    user: 'in CALLER CALLER CALLER in CALLER',
    marked: 'CALLER in CALLER CALLER in CALLER',
    unmarked: 'CALLER ACTION CALLER CALLER in CALLER',
    internal: 'CALLER CALLER CALLER in in in',
    callback: 'CALLER CALLER in CALLER in CALLER',
    service: 'CALLER CALLER CALLER in in in',
    public: 'CALLER CALLER CALLER CALLER in CALLER',
  });
});

t.test('a call without our meta has the rights of nobody', async (t) => {
  const code = await client.broker.call('v1.probe.echo', { text: 'x' }).then(
    () => 'in',
    (error: unknown) => (error as { type: string }).type,
  );

  t.equal(code, 'CALLER_FORBIDDEN');
});

t.test(
  'other nodes see the route, the schemas and the rules of an action in the registry',
  async (t) => {
    const appOf = (host: Host, name: string): Record<string, unknown> | undefined => {
      const services = host.broker.registry.getServiceList({
        withActions: true,
      }) as unknown as readonly {
        actions: Record<string, { app: Record<string, unknown> }>;
      }[];
      return services.map(({ actions }) => actions[name]).find((action) => action !== undefined)
        ?.app;
    };

    t.match(appOf(client, 'v1.probe.mine'), {
      service: 'probe',
      action: 'mine',
      route: { method: 'GET', path: '/api/v1/probes/{id}', audience: 'app' },
      params: { type: 'object', required: ['id'], properties: { id: { type: 'string' } } },
      result: { type: 'object' },
      idempotent: true,
    });
    t.equal(
      appOf(client, 'v1.probe.echo')?.['params'],
      undefined,
      'no schemas where there is no route',
    );
  },
);

t.test('any node can be asked for its readiness', async (t) => {
  const report = await client.broker.call('node.readiness', {}, { nodeID: service.nodeId });

  t.match(report, {
    ok: true,
    nodeId: service.nodeId,
    services: ['probe'],
    parts: [
      { name: 'nats', ok: true },
      { name: 'facts', ok: true },
    ],
  });
});

t.test('a local call does not write defaults into the params of its caller', async (t) => {
  const params = { text: 'local' };

  const result = await service.call(probe.actions.echo, params);

  t.equal(result.times, 1);
  t.same(params, { text: 'local' });
});

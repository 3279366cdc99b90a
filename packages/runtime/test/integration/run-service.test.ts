import { fileURLToPath } from 'node:url';
import t from 'tap';
import { dropNamespace, spawnNode, testEnv, testNamespace, type TestScope } from '@app/testing';

const main = fileURLToPath(new URL('../fixtures/service-main.ts', import.meta.url));

const start = (scope: TestScope, misbehaviour: string, env: Record<string, string> = {}) => {
  const namespace = testNamespace();
  scope.teardown(() => dropNamespace(namespace));
  return spawnNode(main, {
    scope,
    args: [misbehaviour],
    env: {
      NATS_URL: testEnv().nats.url,
      NAMESPACE: namespace,
      LOG_LEVEL: 'info',
      STOP_TIMEOUT_MS: '3000',
      ...env,
    },
  });
};

t.test(
  'a wrong configuration is told as a list on stderr, and the process ends with 78',
  async (t) => {
    const child = await start(t, 'none', {
      NATS_URL: 'http://nats',
      METRICS_PORT: '99999',
      ENV: 'production',
    });

    const exit = await child.exited;

    t.same(exit, { code: 78, signal: null });
    const output = child.lines.join('\n');
    t.match(output, /probe cannot start, 3 things are wrong/);
    for (const key of ['NATS_URL', 'METRICS_PORT', 'ENV'])
      t.match(output, new RegExp(`- ${key} .*\\n +→ `), key);
  },
);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  t.test(`${signal} ends it gracefully with 0`, async (t) => {
    const child = await start(t, 'none');
    await child.waitForLine(/"msg":"started"/);

    process.kill(child.pid, signal);

    t.same(await child.exited, { code: 0, signal: null });
    t.match(
      child.lines.join('\n'),
      /"msg":"stopping"[^]*"msg":"stopped"/,
      'the last lines are written',
    );
  });
}

t.test('a signal while it starts ends it gracefully as well', async (t) => {
  const child = await start(t, 'slow-start');
  await child.waitForLine(/starting slowly/);

  process.kill(child.pid, 'SIGTERM');

  t.same(await child.exited, { code: 0, signal: null });
  t.notMatch(child.lines.join('\n'), /"msg":"started"|"level":"fatal"/);
});

t.test('a part that never stops does not keep the process', async (t) => {
  const child = await start(t, 'stuck', { STOP_TIMEOUT_MS: '1200' });
  await child.waitForLine(/"msg":"started"/);

  const startedMs = performance.now();
  process.kill(child.pid, 'SIGTERM');

  t.same(await child.exited, { code: 0, signal: null });
  t.ok(performance.now() - startedMs < 3_000);
  t.match(child.lines.join('\n'), /"part":"stuck".*could not stop cleanly/);
});

t.test('a second signal ends it at once', async (t) => {
  const child = await start(t, 'stuck', { STOP_TIMEOUT_MS: '30000' });
  await child.waitForLine(/"msg":"started"/);

  process.kill(child.pid, 'SIGTERM');
  await child.waitForLine(/"msg":"stopping"/);
  process.kill(child.pid, 'SIGTERM');

  t.same(await child.exited, { code: 130, signal: null });
});

for (const [misbehaviour, text] of [
  ['rejection', 'nobody cares'],
  ['exception', 'thrown in a timer'],
  ['no-app', 'the app cannot be made'],
] as const) {
  t.test(
    `an error that nobody handles (${misbehaviour}) is written down and ends it with 1`,
    async (t) => {
      const child = await start(t, misbehaviour);

      t.same(await child.exited, { code: 1, signal: null });
      t.match(child.lines.join('\n'), new RegExp(`"level":"fatal".*${text}`));
    },
  );
}

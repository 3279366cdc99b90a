import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readSandboxConfig, SandboxConfigError } from '../../src/config.ts';

const problemsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readSandboxConfig(env);
    return [];
  } catch (error) {
    return error instanceof SandboxConfigError ? error.problems : ['unexpected'];
  }
};

t.test('apps are read from the list, the port defaults to 3900', async (t) => {
  const config = readSandboxConfig({ SANDBOX_WECHAT_APPS: 'wx1:s1:mp, wx2:s2:oa' });

  t.strictSame(config, {
    host: '127.0.0.1',
    port: 3900,
    wechatApps: [
      { appid: 'wx1', secret: 's1', kind: 'mp' },
      { appid: 'wx2', secret: 's2', kind: 'oa' },
    ],
    payMerchants: [],
  });
});

t.test('the sandbox never starts in production', async (t) => {
  t.match(problemsOf({ ENV: 'pro', SANDBOX_WECHAT_APPS: 'wx1:s1:mp' }), [/^ENV: /]);
});

t.test('everything that is wrong is told at once, without the secrets', async (t) => {
  const problems = problemsOf({
    ENV: 'pro',
    SANDBOX_PORT: 'high',
    SANDBOX_WECHAT_APPS: 'wx1:hush:web,wx2:hush:mp,wx2:hush:mp',
  });

  t.match(problems, [/^ENV/, /^SANDBOX_PORT/, /entry 1 is not/, /wx2 stands twice/]);
  t.notOk(problems.join().includes('hush'));
  t.match(problemsOf({}), [/^SANDBOX_WECHAT_APPS: is missing/]);
});

t.test('merchants of WeChat Pay come from a file, and what is wrong with it is told', async (t) => {
  const path = join(t.testdir(), 'merchants.json');
  const merchant = {
    mchid: '1900000001',
    appids: ['wx1'],
    apiV3Key: 'hush'.repeat(8),
    serialNo: 'A'.repeat(40),
    publicKey: '-----BEGIN PUBLIC KEY-----',
  };
  const env = { SANDBOX_WECHAT_APPS: 'wx1:s1:mp', SANDBOX_WECHAT_PAY_MERCHANTS_FILE: path };
  writeFileSync(path, JSON.stringify([merchant]));
  t.strictSame(readSandboxConfig(env).payMerchants, [merchant]);

  writeFileSync(
    path,
    JSON.stringify([
      { ...merchant, apiV3Key: 'hush' },
      { ...merchant, mchid: '' },
      { ...merchant, serialNo: '1' },
    ]),
  );
  const problems = problemsOf(env);
  t.match(problems, [
    /merchant 1 has an apiV3Key/,
    /merchant 2 has no mchid/,
    /merchant 3 .*serialNo/,
  ]);
  t.notOk(problems.join().includes('hush'));
  t.match(problemsOf({ ...env, SANDBOX_WECHAT_PAY_MERCHANTS_FILE: `${path}.none` }), [
    /cannot be read/,
  ]);
});

t.test('where to push stands by app, with the credentials of its console', async (t) => {
  const aesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
  const url = 'http://127.0.0.1:3000/callbacks/wechat/wx1';
  const env = { SANDBOX_WECHAT_APPS: 'wx1:secret:mp,wx2:other:oa' };

  const { wechatApps } = readSandboxConfig({
    ...env,
    SANDBOX_WECHAT_PUSHES: `wx1:token:${aesKey}:${url}`,
  });

  t.strictSame(wechatApps[0]?.push, { token: 'token', aesKey, url });
  t.equal(wechatApps[1]?.push, undefined);
  for (const wrong of [
    `wx1:token:${aesKey}`,
    `wx1:token:short:${url}`,
    `wx3:token:${aesKey}:${url}`,
  ])
    t.throws(
      () => readSandboxConfig({ ...env, SANDBOX_WECHAT_PUSHES: wrong }),
      /SANDBOX_WECHAT_PUSHES/,
    );
});

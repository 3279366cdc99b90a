import t from 'tap';
import { ConfigError } from '@app/runtime';
import { readConfig } from '../../src/config.ts';

const ring = `k1:${Buffer.alloc(32, 7).toString('base64')}`;
const good = {
  NATS_URL: 'nats://127.0.0.1:4222',
  MYSQL_PASS: 'a-password-of-some-length',
  DATA_KEYS: ring,
  WXMP_APPID: 'wx1',
  WXMP_APPSECRET: '4f1c09d7b2a86e35c1d07f4ba92e6d38',
};

const problemsOf = (env: Record<string, string>): Record<string, string> => {
  try {
    readConfig(env);
    return {};
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return Object.fromEntries(error.problems.map(({ key, problem }) => [key, problem]));
  }
};

t.test('a mini program is enough', async (t) => {
  t.match(readConfig(good), {
    wxmpAppId: 'wx1',
    wxoaAppId: undefined,
    wxApiBase: 'https://api.weixin.qq.com',
  });
});

t.test(
  'an official account is both keys or neither, told together with everything else',
  async (t) => {
    t.match(problemsOf({ ...good, WXMP_APPID: '', WXOA_APPID: 'wx2' }), {
      WXMP_APPID: /not set/,
      WXOA_APPSECRET: /WXOA_APPID is/,
    });
    t.match(problemsOf({ ...good, WXOA_APPSECRET: 'x' }), { WXOA_APPID: /WXOA_APPSECRET is/ });
    t.strictSame(problemsOf({ ...good, WXOA_APPID: 'wx2', WXOA_APPSECRET: 'x' }), {});
  },
);

t.test('a key ring that cannot be used stops the start without showing it', async (t) => {
  const problems = problemsOf({ ...good, DATA_KEYS: 'k1:c2hvcnQ=' });

  t.match(problems, { DATA_KEYS: /key ring/ });
  t.notOk(JSON.stringify(problems).includes('c2hvcnQ'));
});

t.test('production speaks https only', async (t) => {
  const env = { ...good, ENV: 'pro', WX_API_BASE: 'http://127.0.0.1:3900' };

  t.match(problemsOf(env), { WX_API_BASE: /https/ });
});

const aesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const push = { WXMP_PUSH_TOKEN: '0f8a1b2c3d4e5f60718293a4b5c6d7e8', WXMP_PUSH_AES_KEY: aesKey };

t.test('message push is secure unless told otherwise, and may be left out', async (t) => {
  t.match(readConfig({ ...good, ...push }), { wxmpPushMode: 'secure', wxPushToleranceMs: 300_000 });
  t.equal(readConfig(good).wxmpPushToken, undefined);
  t.strictSame(
    problemsOf({ ...good, ENV: 'pro', ...push, MYSQL_PASS: 'f31c09d7b2a86e35c1d07f4ba92e6d38' }),
    {},
  );
});

t.test('an EncodingAESKey has 43 characters, a token has the form of the console', async (t) => {
  for (const wrong of [aesKey.slice(1), `${aesKey}A`, `${aesKey.slice(1)}=`])
    t.match(problemsOf({ ...good, ...push, WXMP_PUSH_AES_KEY: wrong }), {
      WXMP_PUSH_AES_KEY: /form/,
    });
  t.match(problemsOf({ ...good, ...push, WXMP_PUSH_TOKEN: 'a b' }), { WXMP_PUSH_TOKEN: /form/ });
});

t.test(
  'a key without a token, a mode without its key, an account that is none: told',
  async (t) => {
    t.match(problemsOf({ ...good, WXMP_PUSH_AES_KEY: aesKey }), { WXMP_PUSH_TOKEN: /AES_KEY is/ });
    t.match(problemsOf({ ...good, WXMP_PUSH_TOKEN: push.WXMP_PUSH_TOKEN }), {
      WXMP_PUSH_AES_KEY: /MODE is secure/,
    });
    t.match(problemsOf({ ...good, WXOA_PUSH_TOKEN: 'token', WXOA_PUSH_AES_KEY: aesKey }), {
      WXOA_PUSH_TOKEN: /WXOA_APPID/,
    });
  },
);

t.test('production takes no plain pushes unless somebody says so', async (t) => {
  const env = {
    ...good,
    ...push,
    MYSQL_PASS: 'f31c09d7b2a86e35c1d07f4ba92e6d38',
    WXMP_PUSH_MODE: 'plain',
  };

  t.strictSame(problemsOf(env), {});
  t.match(problemsOf({ ...env, ENV: 'pro' }), { WXMP_PUSH_MODE: /plain/ });
  t.strictSame(problemsOf({ ...env, ENV: 'pro', WX_PUSH_ALLOW_PLAIN: 'true' }), {});
});

t.test('tokens are stable ones unless an app says classic', async (t) => {
  t.match(readConfig({ ...good, WXOA_TOKEN_KIND: 'classic' }), {
    wxmpTokenKind: 'stable',
    wxoaTokenKind: 'classic',
  });
  t.strictSame(Object.keys(problemsOf({ ...good, WXMP_TOKEN_KIND: 'old' })), ['WXMP_TOKEN_KIND']);
});

t.test('hosts of signed pages are exact hosts, and none by default', async (t) => {
  t.strictSame(readConfig(good).wxJsHosts, []);
  t.strictSame(
    readConfig({ ...good, WX_JS_HOSTS: 'm.example.com, h5.example.com:8443' }).wxJsHosts,
    ['m.example.com', 'h5.example.com:8443'],
  );
  for (const hosts of ['https://m.example.com', '*.example.com', 'M.example.com', 'a/b', 'a,b c']) {
    t.match(problemsOf({ ...good, WX_JS_HOSTS: hosts }), { WX_JS_HOSTS: /list of hosts/ }, hosts);
  }
});

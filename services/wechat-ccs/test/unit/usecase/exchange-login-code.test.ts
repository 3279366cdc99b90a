import t from 'tap';
import { createExchangeLoginCode } from '../../../src/usecase/exchange-login-code.ts';
import { buildDeps, MP, NOON_MS, OA } from '../../support/build-deps.ts';

const build = () => {
  const deps = buildDeps();
  const exchange = createExchangeLoginCode({ ...deps, wechat: deps.wechat.client });
  return { ...deps, exchange };
};

t.test('a login tells who it was; the session key is stored and goes no further', async (t) => {
  const { exchange, sessionKeys } = build();

  const result = await exchange({ code: 'anna' });

  t.strictSame(result, { appId: MP, openid: `o-anna-${MP}`, unionid: null });
  t.match(await sessionKeys.find(MP, result.openid), {
    sessionKey: 'key-of-anna',
    obtainedAtMs: NOON_MS,
  });
});

t.test('a code that WeChat refuses stores nothing', async (t) => {
  const { exchange, sessionKeys } = build();

  await t.rejects(exchange({ code: 'bad' }), { code: 'WECHAT_CODE_INVALID' });

  t.equal(await sessionKeys.find(MP, `o-bad-${MP}`), undefined);
});

t.test('only a mini program that we know has logins', async (t) => {
  const { exchange } = build();

  t.equal((await exchange({ appId: MP, code: 'x' })).appId, MP);
  await t.rejects(exchange({ appId: OA, code: 'x' }), { code: 'WECHAT_APP_UNKNOWN' });
  await t.rejects(exchange({ appId: 'wx-else', code: 'x' }), { code: 'WECHAT_APP_UNKNOWN' });
});

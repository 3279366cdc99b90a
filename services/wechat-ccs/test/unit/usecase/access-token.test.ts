import t from 'tap';
import { toRfc3339 } from '@app/kernel';
import { createGetAccessToken } from '../../../src/usecase/get-access-token.ts';
import { createInvalidateAccessToken } from '../../../src/usecase/invalidate-access-token.ts';
import { buildDeps, MP, NOON_MS } from '../../support/build-deps.ts';

const build = () => {
  const deps = buildDeps();
  return {
    ...deps,
    get: createGetAccessToken(deps),
    invalidate: createInvalidateAccessToken(deps),
  };
};

t.test('the hand-out carries token, version and expiry, nothing else', async (t) => {
  const { get } = build();

  t.strictSame(await get({ appId: MP }), {
    accessToken: 'token-1',
    version: 1,
    expiresAt: toRfc3339(NOON_MS + 7_190_000),
  });
});

t.test('a reported token is answered with another one of a higher version', async (t) => {
  const { get, invalidate } = build();
  const first = await get({ appId: MP });

  const second = await invalidate({ appId: MP, accessToken: first.accessToken });

  t.not(second.accessToken, first.accessToken);
  t.ok(second.version > first.version);
  t.strictSame(await get({ appId: MP }), second);
});

t.test('an app that nobody configured is unknown', async (t) => {
  const { get, invalidate } = build();

  await t.rejects(get({ appId: 'wx-else' }), { code: 'WECHAT_APP_UNKNOWN' });
  await t.rejects(invalidate({ appId: 'wx-else', accessToken: 'x' }), {
    code: 'WECHAT_APP_UNKNOWN',
  });
});

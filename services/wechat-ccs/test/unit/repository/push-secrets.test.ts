import t from 'tap';
import { createPushSecrets } from '../../../src/repository/push-secrets.ts';

const TOKEN = 'row-token';
const KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const none = { token: null, encodingAesKey: null };
const fromEnv = { token: 'env-token', aesKey: KEY, mode: 'compatible' } as const;

const build = (
  push: { token: string | null; encodingAesKey: string | null },
  { isKnown = true, isPlainAllowed = false } = {},
) =>
  createPushSecrets({
    directory: {
      find: (appId) => (isKnown ? { appId, kind: 'mini_program', tokenKind: 'stable' } : undefined),
      pushSettingsOf: () => push,
    },
    configured: { find: () => fromEnv },
    isPlainAllowed,
  });

t.test('what an admin wrote comes before the environment', async (t) => {
  t.strictSame(build({ token: TOKEN, encodingAesKey: KEY }).find('wx-1'), {
    token: TOKEN,
    aesKey: KEY,
    mode: 'secure',
  });
  t.strictSame(build(none).find('wx-1'), fromEnv);
});

t.test('a disabled app, and one that nobody knows, has no message push', async (t) => {
  t.equal(build({ token: TOKEN, encodingAesKey: KEY }, { isKnown: false }).find('wx-1'), undefined);
});

t.test('a row without a key takes plain pushes only where those are allowed', async (t) => {
  const push = { token: TOKEN, encodingAesKey: null };

  t.equal(build(push).find('wx-1'), undefined, 'and not those of the environment either');
  t.strictSame(build(push, { isPlainAllowed: true }).find('wx-1'), {
    token: TOKEN,
    aesKey: null,
    mode: 'plain',
  });
});

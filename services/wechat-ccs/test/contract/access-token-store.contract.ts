import type { Test } from 'tap';
import type { AccessToken } from '../../src/domain/access-token.ts';
import type { AccessTokenStore } from '../../src/repository.ts';
import { NOON_MS } from '../support/build-deps.ts';

export const aToken = (change: Partial<AccessToken> = {}): AccessToken => ({
  text: 'token-1',
  version: 1,
  expiresAtMs: NOON_MS + 7_190_000,
  fetchedAtMs: NOON_MS,
  forces: null,
  ...change,
});

/** What every `AccessTokenStore` promises. Each call of `create` gives an empty one. */
export const accessTokenStoreContract = (
  t: Test,
  create: (t: Test) => Promise<AccessTokenStore> | AccessTokenStore,
): void => {
  void t.test('a token comes back as it was stored, each app having its own', async (t) => {
    const store = await create(t);
    const token = aToken({ forces: { day: 20_777, count: 3, lastAtMs: NOON_MS } });

    t.equal(await store.find('wx-1'), undefined);
    t.equal(await store.replace('wx-1', undefined, token), true);

    t.strictSame(await store.find('wx-1'), token);
    t.equal(await store.find('wx-2'), undefined);
  });

  void t.test('only who knows the stored version can replace it', async (t) => {
    const store = await create(t);
    await store.replace('wx-1', undefined, aToken({ version: 5 }));

    t.equal(await store.replace('wx-1', undefined, aToken({ version: 9 })), false);
    t.equal(await store.replace('wx-1', 4, aToken({ version: 9 })), false);
    t.equal((await store.find('wx-1'))?.version, 5);
    t.equal(await store.replace('wx-1', 5, aToken({ version: 9, text: 'token-2' })), true);
    t.match(await store.find('wx-1'), { version: 9, text: 'token-2' });
  });

  void t.test('a version never goes back, also for fences of 16 digits', async (t) => {
    const store = await create(t);
    const version = 1_795_166_400_000_001;
    await store.replace('wx-1', undefined, aToken({ version }));

    t.equal(await store.replace('wx-1', version, aToken({ version })), false);
    t.equal(await store.replace('wx-1', version, aToken({ version: version - 1 })), false);
    t.equal(await store.replace('wx-1', version, aToken({ version: version + 1 })), true);
    t.equal((await store.find('wx-1'))?.version, version + 1);
  });

  void t.test('of 20 who replace the same version at once one succeeds', async (t) => {
    const store = await create(t);
    await store.replace('wx-1', undefined, aToken({ version: 1 }));

    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        store.replace('wx-1', 1, aToken({ version: index + 2, text: `by-${index}` })),
      ),
    );

    t.equal(results.filter(Boolean).length, 1);
    t.equal((await store.find('wx-1'))?.text, `by-${results.indexOf(true)}`);
  });
};

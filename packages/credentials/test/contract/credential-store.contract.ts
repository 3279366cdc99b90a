import type { Test } from 'tap';
import type { CredentialStore, StoredCredential } from '../../src/index.ts';
import { NOON_MS } from '../support/build-keeper.ts';

export const aCredential = (change: Partial<StoredCredential> = {}): StoredCredential => ({
  text: 'token-1',
  version: 1,
  expiresAtMs: NOON_MS + 7_190_000,
  fetchedAtMs: NOON_MS,
  mayEndAtMs: null,
  ...change,
});

/** What every `CredentialStore` promises. Each call of `create` gives an empty one. */
export const credentialStoreContract = (
  t: Test,
  create: (t: Test) => Promise<CredentialStore> | CredentialStore,
): void => {
  void t.test('a credential comes back as it was stored, each id having its own', async (t) => {
    const store = await create(t);
    const credential = aCredential();

    t.equal(await store.find('wx-1'), undefined);
    t.equal(await store.replace('wx-1', undefined, credential), true);

    t.strictSame(await store.find('wx-1'), credential);
    t.equal(await store.find('wx-2'), undefined);
  });

  void t.test('only who knows the stored version can replace it', async (t) => {
    const store = await create(t);
    await store.replace('wx-1', undefined, aCredential({ version: 5 }));

    t.equal(await store.replace('wx-1', undefined, aCredential({ version: 9 })), false);
    t.equal(await store.replace('wx-1', 4, aCredential({ version: 9 })), false);
    t.equal((await store.find('wx-1'))?.version, 5);
    t.equal(await store.replace('wx-1', 5, aCredential({ version: 9, text: 'token-2' })), true);
    t.match(await store.find('wx-1'), { version: 9, text: 'token-2' });
  });

  void t.test('a version never goes back, also for fences of 16 digits', async (t) => {
    const store = await create(t);
    const version = 1_795_166_400_000_001;
    await store.replace('wx-1', undefined, aCredential({ version }));

    t.equal(await store.replace('wx-1', version, aCredential({ version })), false);
    t.equal(await store.replace('wx-1', version, aCredential({ version: version - 1 })), false);
    t.equal(await store.replace('wx-1', version, aCredential({ version: version + 1 })), true);
    t.equal((await store.find('wx-1'))?.version, version + 1);
  });

  void t.test('of 20 who replace the same version at once one succeeds', async (t) => {
    const store = await create(t);
    await store.replace('wx-1', undefined, aCredential({ version: 1 }));

    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        store.replace('wx-1', 1, aCredential({ version: index + 2, text: `by-${index}` })),
      ),
    );

    t.equal(results.filter(Boolean).length, 1);
    t.equal((await store.find('wx-1'))?.text, `by-${results.indexOf(true)}`);
  });

  void t.test('the mark that one may end is about one version, and goes with it', async (t) => {
    const store = await create(t);
    t.equal(await store.mayEnd('wx-1', 1, NOON_MS), false);
    await store.replace('wx-1', undefined, aCredential({ version: 5 }));

    t.equal(await store.mayEnd('wx-1', 4, NOON_MS), false);
    t.equal((await store.find('wx-1'))?.mayEndAtMs, null);
    t.equal(await store.mayEnd('wx-1', 5, NOON_MS + 1000), true);
    t.equal(await store.mayEnd('wx-1', 5, NOON_MS), true);
    t.equal(await store.mayEnd('wx-1', 5, NOON_MS + 9000), true);
    t.strictSame(await store.find('wx-1'), aCredential({ version: 5, mayEndAtMs: NOON_MS }));

    await store.replace('wx-1', 5, aCredential({ version: 6 }));
    t.strictSame(await store.find('wx-1'), aCredential({ version: 6 }));
  });
};

import type { Test } from 'tap';
import type { StoredApp } from '../../src/domain/app-registry.ts';
import type { AppRepository } from '../../src/repository.ts';

export const aStoredApp = (change: Partial<StoredApp> = {}): StoredApp => ({
  appId: 'wx-1',
  kind: 'mini_program',
  name: '旗舰店',
  secret: '0123456789abcdef0123456789abcdef',
  tokenKind: 'stable',
  isEnabled: true,
  push: { token: 'pushtoken', encodingAesKey: 'k'.repeat(43) },
  version: 1,
  isUnreadable: false,
  ...change,
});

/** What every `AppRepository` promises. Each call of `create` gives an empty one. */
export const appRepositoryContract = (
  t: Test,
  create: (t: Test) => Promise<AppRepository> | AppRepository,
): void => {
  void t.test('an app is listed as it was written, sorted by id', async (t) => {
    const rows = await create(t);
    const bare = aStoredApp({
      appId: 'wx-0',
      kind: 'official_account',
      secret: null,
      tokenKind: 'classic',
      isEnabled: false,
      push: { token: null, encodingAesKey: null },
    });

    t.equal(await rows.add(aStoredApp()), true);
    t.equal(await rows.add(bare), true);

    t.strictSame(await rows.list(), [bare, aStoredApp()]);
  });

  void t.test('of 20 who add the same app at once one succeeds', async (t) => {
    const rows = await create(t);

    const added = await Promise.all(
      Array.from({ length: 20 }, (_, index) => rows.add(aStoredApp({ name: `shop ${index}` }))),
    );

    t.equal(added.filter(Boolean).length, 1);
    t.equal((await rows.list())[0]?.name, `shop ${added.indexOf(true)}`);
  });

  void t.test('of 20 who change the same version at once one succeeds', async (t) => {
    const rows = await create(t);
    await rows.add(aStoredApp());

    const changed = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        rows.replace(1, aStoredApp({ name: `shop ${index}`, version: 2 })),
      ),
    );

    t.equal(changed.filter(Boolean).length, 1);
    t.match(await rows.list(), [{ name: `shop ${changed.indexOf(true)}`, version: 2 }]);
  });

  void t.test('a change or removal that names another version changes nothing', async (t) => {
    const rows = await create(t);
    await rows.add(aStoredApp({ version: 3 }));

    t.equal(await rows.replace(2, aStoredApp({ name: 'late', version: 3 })), false);
    t.equal(await rows.replace(3, aStoredApp({ appId: 'wx-none', version: 4 })), false);
    t.equal(await rows.remove('wx-1', 2), false);

    t.strictSame(await rows.list(), [aStoredApp({ version: 3 })]);
  });

  void t.test('a removed app is gone and may be added again', async (t) => {
    const rows = await create(t);
    await rows.add(aStoredApp());

    t.equal(await rows.remove('wx-1', 1), true);

    t.strictSame(await rows.list(), []);
    t.equal(await rows.add(aStoredApp()), true);
  });

  void t.test('app ids are told apart by case', async (t) => {
    const rows = await create(t);

    await rows.add(aStoredApp({ appId: 'wx-a' }));
    await rows.add(aStoredApp({ appId: 'wx-A' }));

    t.equal((await rows.list()).length, 2);
  });
};

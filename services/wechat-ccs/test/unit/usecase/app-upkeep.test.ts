import { isError } from '@app/kernel';
import t from 'tap';
import type { StoredApp } from '../../../src/domain/app-registry.ts';
import { wechatCcsError } from '../../../src/errors.ts';
import { createAppDirectory } from '../../../src/repository/app-directory.ts';
import { createAddApp } from '../../../src/usecase/add-app.ts';
import { createRefreshApp } from '../../../src/usecase/refresh-app.ts';
import { createRemoveApp } from '../../../src/usecase/remove-app.ts';
import { createUpdateApp } from '../../../src/usecase/update-app.ts';
import { aStoredApp } from '../../contract/app-repository.contract.ts';
import { bases, buildDeps, MP } from '../../support/build-deps.ts';
import { createMemoryAppRows } from '../../support/memory-stores.ts';

const admin = { adminId: 'admin-anna', language: 'en' as const };
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const newcomer = {
  appId: 'wx-new',
  kind: 'official_account' as const,
  name: 'New',
  secret: 'secret-of-the-newcomer',
};

const build = async (stored: readonly StoredApp[] = []) => {
  const rows = createMemoryAppRows();
  for (const app of stored) await rows.add(app);
  const registry = createAppDirectory({ bases, rows, logger: silent });
  const deeds: unknown[][] = [];
  const tried: string[] = [];
  const hinted: string[] = [];
  const deps = {
    rows,
    registry,
    trial: {
      run: (_appId: string, secret: string) => {
        tried.push(secret);
        return secret === 'a-wrong-secret'
          ? Promise.reject(wechatCcsError('WECHAT_APP_REFUSED'))
          : Promise.resolve();
      },
    },
    hints: { changed: (appId: string) => Promise.resolve(void hinted.push(appId)) },
    journal: { wrote: (...deed: unknown[]) => void deeds.push(deed) },
  };
  return { ...deps, deps, deeds, tried, hinted };
};

t.test('an app is tried, saved, told to all nodes and noted, in this order', async (t) => {
  const { deps, rows, deeds, tried, hinted } = await build();

  const view = await createAddApp(deps)(newcomer, admin);

  t.match(view, { appId: 'wx-new', version: 1, source: 'row', isEnabled: true });
  t.match(await rows.list(), [{ secret: newcomer.secret, tokenKind: 'stable' }]);
  t.strictSame([tried, hinted], [[newcomer.secret], ['wx-new']]);
  t.match(deeds, [['admin-anna', 'add', 'wx-new']]);
  t.notOk(JSON.stringify([view, deeds]).includes(newcomer.secret));
});

t.test('a refused secret leaves no row, no hint and no note', async (t) => {
  const { deps, rows, deeds, hinted } = await build([aStoredApp()]);
  const secret = 'a-wrong-secret';

  await t.rejects(createAddApp(deps)({ ...newcomer, secret }, admin), {
    code: 'WECHAT_APP_REFUSED',
  });
  await t.rejects(createUpdateApp(deps)({ appId: 'wx-1', version: 1, secret }, admin), {
    code: 'WECHAT_APP_REFUSED',
  });

  t.strictSame(await rows.list(), [aStoredApp()]);
  t.strictSame([deeds, hinted], [[], []]);
});

t.test('an app that is there is not added, and WeChat is not asked', async (t) => {
  const { deps, tried } = await build([aStoredApp()]);

  for (const appId of ['wx-1', MP]) {
    const adding = createAddApp(deps)({ ...newcomer, appId }, admin);
    await t.rejects(adding, { code: 'WECHAT_APP_EXISTS' });
  }

  t.strictSame(tried, []);
});

t.test('who was slower than another admin is told, also during the trial', async (t) => {
  const { deps, rows } = await build([aStoredApp()]);
  const slowTrial = {
    run: async () => {
      await rows.replace(1, aStoredApp({ name: 'of another admin', version: 2 }));
    },
  };
  const changed = { code: 'WECHAT_APP_CHANGED' };

  const update = createUpdateApp({ ...deps, trial: slowTrial });
  await t.rejects(update({ appId: 'wx-1', version: 1, secret: 'another-secret' }, admin), changed);
  await t.rejects(update({ appId: 'wx-1', version: 1, name: 'x' }, admin), changed);
  await t.rejects(createRemoveApp(deps)({ appId: 'wx-1', version: 1 }, admin), changed);

  t.match(await rows.list(), [{ name: 'of another admin', version: 2 }]);
});

t.test('a row that does not open is not overwritten without a secret', async (t) => {
  const { deps, rows } = await build([aStoredApp({ secret: null, isUnreadable: true })]);
  const update = createUpdateApp(deps);

  await t.rejects(update({ appId: 'wx-1', version: 1, name: 'x' }, admin), {
    code: 'WECHAT_APP_SECRET_MISSING',
  });
  await update({ appId: 'wx-1', version: 1, secret: 'a-secret-again' }, admin);

  t.match(await rows.list(), [{ secret: 'a-secret-again', isUnreadable: false, version: 2 }]);
});

t.test('disabling needs no trial: it must work while WeChat does not', async (t) => {
  const { deps, tried } = await build([aStoredApp()]);

  const view = await createUpdateApp(deps)({ appId: 'wx-1', version: 1, isEnabled: false }, admin);

  t.equal(view.isEnabled, false);
  t.strictSame(tried, []);
});

t.test('who wanted a refresh is noted before it is made, whatever comes of it', async (t) => {
  const { deeds, journal } = await build();
  const { apps, keeper, wechat } = buildDeps();
  const refresh = createRefreshApp({ apps, keeper, journal });
  await keeper.current(MP);
  wechat.state.isDown = true;

  const error = await refresh({ appId: MP, force: true }, admin).catch((reason: unknown) => reason);

  t.ok(isError(error, 'UPSTREAM_WECHAT_UNAVAILABLE'));
  t.strictSame(deeds, [['admin-anna', 'refresh', MP, { force: true }]]);
  await t.rejects(refresh({ appId: 'wx-none' }, admin), { code: 'WECHAT_APP_UNKNOWN' });
});

import t from 'tap';
import { defaultApp, isInUse, mergeApps, type BaseApp } from '../../../src/domain/app-registry.ts';
import { aStoredApp } from '../../contract/app-repository.contract.ts';

const base: BaseApp = {
  appId: 'wx-1',
  kind: 'mini_program',
  tokenKind: 'stable',
  secret: 'secret-of-the-environment',
};

t.test('without rows the environment counts', async (t) => {
  const entries = mergeApps([base], []);

  t.match([...entries.values()], [{ ...base, source: 'env', isEnabled: true, version: 0 }]);
});

t.test('a row overrides the environment, and adds what that does not know', async (t) => {
  const rows = [
    aStoredApp({ tokenKind: 'classic' }),
    aStoredApp({ appId: 'wx-0', kind: 'official_account' }),
  ];

  const entries = mergeApps([base], rows);

  t.strictSame([...entries.keys()], ['wx-0', 'wx-1'], 'sorted');
  t.match(entries.get('wx-1'), {
    source: 'row',
    tokenKind: 'classic',
    secret: aStoredApp().secret,
  });
  t.match(entries.get('wx-0'), { kind: 'official_account', problem: null });
});

t.test('a row without a secret has the one of the environment', async (t) => {
  const row = aStoredApp({ secret: null });

  t.match(mergeApps([base], [row]).get('wx-1'), {
    secret: base.secret,
    ownSecret: null,
    problem: null,
  });
  const alone = mergeApps([], [row]).get('wx-1')!;
  t.equal(alone.problem, 'secret_missing');
  t.notOk(isInUse(alone));
});

t.test('a row that does not open is not replaced by the environment', async (t) => {
  const row = aStoredApp({ secret: null, isUnreadable: true });

  const entry = mergeApps([base], [row]).get('wx-1')!;

  t.match(entry, { secret: null, problem: 'secret_unreadable' });
  t.notOk(isInUse(entry));
});

t.test('the kind of an account of the environment stays what it is', async (t) => {
  const row = aStoredApp({ kind: 'official_account' });

  t.equal(mergeApps([base], [row]).get('wx-1')?.kind, 'mini_program');
});

t.test("the default is the environment's account, also when it is disabled", async (t) => {
  const rows = [aStoredApp({ isEnabled: false }), aStoredApp({ appId: 'wx-0' })];
  const official = aStoredApp({ appId: 'wx-9', kind: 'official_account' });
  const entries = mergeApps([base], [...rows, official]);

  t.match(defaultApp(entries, [base], 'mini_program'), { appId: 'wx-1', isEnabled: false });
  t.match(defaultApp(entries, [base], 'official_account'), { appId: 'wx-9' });
  t.equal(defaultApp(mergeApps([base], []), [base], 'official_account'), undefined);
});

import { createSealer, systemClock } from '@app/kernel';
import { compileSnapshot, createCompiler } from '@app/mysql';
import t, { type Test } from 'tap';
import {
  createMysqlAppRepository,
  selectApps,
} from '../../src/repository/repo/mysql-app-repository.ts';
import type { Tables } from '../../src/repository/repo/tables.ts';
import { appRepositoryContract, aStoredApp } from '../contract/app-repository.contract.ts';
import { migratedDatabase, openDatabase, ringOf } from '../support/real-stores.ts';

const build = async (t: Test) => {
  const database = await migratedDatabase(t);
  const db = await openDatabase(t, database);
  const over = (ring: string) =>
    createMysqlAppRepository({ db, sealer: createSealer(ring), clock: systemClock });
  return { database, over };
};

t.test('the MySQL apps are apps', async (t) => {
  appRepositoryContract(t, async (t) => (await build(t)).over(ringOf('k1')));
});

t.test('no secret stands in the table in the clear', async (t) => {
  const { database, over } = await build(t);
  const { secret, push } = aStoredApp();
  await over(ringOf('k1')).add(aStoredApp());

  const dump = JSON.stringify(await database.sql('select * from wechat_app'));

  t.match(dump, /v1\.k1\./);
  for (const text of [secret!, push.token!, push.encodingAesKey!]) t.notOk(dump.includes(text));
});

t.test('a row whose key is gone says so and does not hide the others', async (t) => {
  const { over } = await build(t);
  const [old, current] = [ringOf('k1'), ringOf('k2')];
  await over(old).add(aStoredApp());
  await over(current).add(aStoredApp({ appId: 'wx-2' }));

  t.match(await over(current).list(), [
    { appId: 'wx-1', isUnreadable: true, secret: null },
    { appId: 'wx-2', isUnreadable: false, secret: aStoredApp().secret },
  ]);
  t.match(await over(`${current},${old}`).list(), [
    { appId: 'wx-1', isUnreadable: false, secret: aStoredApp().secret },
    {},
  ]);
});

t.test("a secret moved to another app's row does not open", async (t) => {
  const { database, over } = await build(t);
  const rows = over(ringOf('k1'));
  await rows.add(aStoredApp());

  await database.sql("update wechat_app set app_id = 'wx-thief'");

  t.match(await rows.list(), [{ appId: 'wx-thief', isUnreadable: true, secret: null }]);
});

t.test('the longest secrets and names fit', async (t) => {
  const { over } = await build(t);
  const rows = over(ringOf('k'.repeat(16)));
  const app = aStoredApp({
    appId: 'w'.repeat(64),
    name: '店'.repeat(64),
    secret: 's'.repeat(128),
    push: { token: 't'.repeat(32), encodingAesKey: 'k'.repeat(43) },
  });

  await rows.add(app);

  t.strictSame(await rows.list(), [app]);
});

t.test('the SQL that runs every second reads what is needed and no more', async (t) => {
  const query = selectApps(createCompiler<Tables>());

  t.equal(
    compileSnapshot(query),
    'select `app_id`, `kind`, `display_name`, `secret_sealed`, `token_kind`, `is_enabled`, `push_token_sealed`, `push_aes_key_sealed`, `row_version` from `wechat_app` order by `app_id`',
  );
});

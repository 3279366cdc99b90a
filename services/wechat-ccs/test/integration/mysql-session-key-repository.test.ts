import { compareTables, introspect } from '@app/mysql';
import { createSealer } from '@app/kernel';
import t, { type Test } from 'tap';
import {
  createMysqlSessionKeyRepository,
  selectSession,
} from '../../src/repository/repo/mysql-session-key-repository.ts';
import { columns } from '../../src/repository/repo/tables.ts';
import {
  aSession,
  sessionKeyRepositoryContract,
} from '../contract/session-key-repository.contract.ts';
import { migratedDatabase, openDatabase, ringOf } from '../support/real-stores.ts';

const build = async (t: Test, ring = ringOf('k1')) => {
  const database = await migratedDatabase(t);
  const db = await openDatabase(t, database);
  return {
    database,
    db,
    sessions: createMysqlSessionKeyRepository({ db, sealer: createSealer(ring) }),
  };
};

t.test('the MySQL session keys are session keys', async (t) => {
  sessionKeyRepositoryContract(t, async (t) => (await build(t)).sessions);
});

t.test('tables.ts tells what the migrations made', async (t) => {
  const { db } = await build(t);

  t.same(compareTables(await introspect(db.write), columns), []);
});

t.test('the table holds no session key in the clear', async (t) => {
  const { database, sessions } = await build(t);
  await sessions.save(aSession());

  const dump = JSON.stringify(await database.sql('select * from wechat_session'));

  t.match(dump, /v1\.k1\./);
  t.notOk(dump.includes(aSession().sessionKey));
});

t.test("a session key moved to another user's row does not open", async (t) => {
  const { database, sessions } = await build(t);
  await sessions.save(aSession());

  await database.sql("update wechat_session set openid = 'o-ben'");

  await t.rejects(sessions.find('wx-1', 'o-ben'));
});

t.test('the longest session key of the longest ids fits', async (t) => {
  const { sessions } = await build(t);
  const session = aSession({
    appId: 'w'.repeat(64),
    openid: 'o'.repeat(64),
    sessionKey: 'k'.repeat(64),
  });

  await sessions.save(session);

  t.strictSame(await sessions.find(session.appId, session.openid), session);
});

t.test('a session key is found by the primary key', async (t) => {
  const { db } = await build(t);
  const { sql } = selectSession(db.write, 'wx-1', 'o-anna').compile();

  t.equal(
    sql,
    'select `session_key_sealed`, `obtained_at` from `wechat_session` where `app_id` = ? and `openid` = ?',
  );
});

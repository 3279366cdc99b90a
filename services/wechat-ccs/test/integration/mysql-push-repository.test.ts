import { wechatCcs } from '@app/contracts';
import { createOutbox } from '@app/mysql';
import { createTestHost } from '@app/testing';
import t, { type Test } from 'tap';
import { createMysqlPushRepository } from '../../src/repository/repo/mysql-push-repository.ts';
import { aMessage, pushRepositoryContract } from '../contract/push-repository.contract.ts';
import { NOON_MS } from '../support/build-deps.ts';
import { migratedDatabase, openDatabase } from '../support/real-stores.ts';

const build = async (t: Test) => {
  const database = await migratedDatabase(t);
  const db = await openDatabase(t, database);
  const host = await createTestHost({ service: 'wechat-ccs', scope: t });
  const outbox = createOutbox(db, host);
  const facts = async () =>
    (await database.sql('select fact, payload from outbox order by id')).map((row) => {
      t.equal(row['fact'], wechatCcs.facts.messagePushed.name);
      return JSON.parse(String(row['payload'])) as unknown;
    });
  return { database, db, outbox, pushes: createMysqlPushRepository({ db, outbox }), facts };
};

t.test('the MySQL pushes are pushes', async (t) => {
  pushRepositoryContract(t, build);
});

t.test('a push whose fact cannot be stored is not remembered either', async (t) => {
  const { database, db } = await build(t);
  const outbox = { add: () => Promise.reject(new Error('no room')) };
  const pushes = createMysqlPushRepository({ db, outbox: outbox as never });

  await t.rejects(pushes.record('wx-1', aMessage(), NOON_MS), /no room/);

  t.strictSame(await database.sql('select * from push_message'), []);
});

t.test('the row shows neither the user nor what was said', async (t) => {
  const { database, pushes } = await build(t);
  await pushes.record('wx-1', aMessage(), NOON_MS);

  const row = JSON.stringify(await database.sql('select * from push_message'));

  t.notMatch(row, /o-anna|你好|2345678901234567890/);
});

t.test('the longest names that a message may have fit', async (t) => {
  const { pushes } = await build(t);
  const message = aMessage({ MsgType: '类'.repeat(64), Event: '事'.repeat(128) });

  t.equal(await pushes.record('w'.repeat(64), message, NOON_MS), true);
});

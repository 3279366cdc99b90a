import { createCompiler, type Compilable } from '@app/mysql';
import { fakeClock } from '@app/testing';
import t from 'tap';
import {
  createMysqlSubscribeGrantRepository,
  selectGrants,
  takeOne,
} from '../../src/repository/repo/mysql-subscribe-grant-repository.ts';
import { createMysqlSubscribeMessageRepository } from '../../src/repository/repo/mysql-subscribe-message-repository.ts';
import { createMysqlUploadTimes } from '../../src/repository/repo/mysql-upload-times.ts';
import {
  deleteOld,
  lockCandidates,
  selectMessage,
} from '../../src/repository/repo/subscribe-message-rows.ts';
import type { Tables } from '../../src/repository/repo/tables.ts';
import { subscriptionsContract } from '../contract/subscriptions.contract.ts';
import { uploadTimesContract } from '../contract/upload-times.contract.ts';
import { NOON_MS } from '../support/build-deps.ts';
import { migratedDatabase, openDatabase } from '../support/real-stores.ts';

const database = await migratedDatabase(t);
const db = await openDatabase(t, database);

t.test('the MySQL subscriptions are subscriptions', async (t) => {
  subscriptionsContract(t, () => {
    const clock = fakeClock(NOON_MS);
    return {
      messages: createMysqlSubscribeMessageRepository({ db, clock }),
      grants: createMysqlSubscribeGrantRepository({ db }),
      clock,
      within: (work) => db.transaction(work),
    };
  });
});

t.test('the MySQL upload times are upload times', async (t) => {
  uploadTimesContract(t, async () => {
    await database.sql('delete from shipping_upload');
    return createMysqlUploadTimes({ db });
  });
});

/** `explain` says nothing of rows that are not there. */
const seed = async () => {
  const values = Array.from({ length: 500 }, (_, index) => {
    const at = `2026-01-01 00:00:00.${String(index).padStart(3, '0')}`;
    return `('wx-1', 'seed:${index}', '0', 'o-${index % 50}', 't-${index % 3}', '0', 'sent', 0, '${at}')`;
  });
  await database.sql(
    `insert into subscribe_message (app_id, message_key, attempt_id, openid, template_id, content_hash,
      status, has_grant, started_at) values ${values.join(',')}`,
  );
  await database.sql(
    `insert ignore into subscribe_grant select distinct app_id, openid, template_id, 1, 'accepted', started_at
      from subscribe_message where message_key like 'seed:%'`,
  );
};

t.test('what is asked for often is found by an index', async (t) => {
  await seed();
  const compiler = createCompiler<Tables>();
  const user = { appId: 'wx-1', openid: 'o-1' };
  const queries: readonly [string, Compilable, string][] = [
    ['a message by its key', selectMessage(compiler, 'wx-1', 'seed:1'), 'PRIMARY'],
    ['grants of a user', selectGrants(compiler, user, ['t-0', 't-1']), 'PRIMARY'],
    ['taking a grant', takeOne(compiler, { ...user, templateId: 't-1' }), 'PRIMARY'],
    ['candidates', lockCandidates(compiler, user, 't-1', '1'), 'ix_subscribe_message_user'],
    [
      'old messages',
      deleteOld(compiler, Date.UTC(2026, 0, 1) + 5, 10),
      'ix_subscribe_message_started_at',
    ],
  ];
  for (const [title, query, index] of queries) {
    const { sql, parameters } = query.compile();
    const values = parameters.map((value) =>
      value instanceof Date ? value.toISOString().slice(0, 23) : String(value),
    );
    const [plan] = await database.sql(`explain ${sql.replace(/limit \?/, 'limit 10')}`, values);
    t.equal(plan!['key'], index, title);
  }
});

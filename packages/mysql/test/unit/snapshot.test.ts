import t from 'tap';
import { compileSnapshot, createCompiler } from '../../src/index.ts';
import type { TestTables } from '../support/store.ts';

t.test('a snapshot is the SQL that will run and its parameters', async (t) => {
  const db = createCompiler<TestTables>();

  const text = compileSnapshot(
    db.selectFrom('account').select('balance_fen').where('id', '=', 7).limit(1),
  );

  t.equal(text, 'select `balance_fen` from `account` where `id` = ? limit ?\n-- [7,1]');
  t.equal(compileSnapshot(db.selectFrom('account').selectAll()), 'select * from `account`');
});

t.test('a compiler runs queries against nothing', async (t) => {
  t.same(await createCompiler<TestTables>().selectFrom('account').selectAll().execute(), []);
});

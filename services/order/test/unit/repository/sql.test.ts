import { compileSnapshot, createCompiler } from '@app/mysql';
import t from 'tap';
import {
  selectDueFollowUps,
  selectFirst,
} from '../../../src/repository/repo/mysql-follow-up-repository.ts';
import {
  lockOrder,
  selectDue,
  selectItems,
  selectOrder,
  selectPage,
  selectRefunds,
} from '../../../src/repository/repo/order-queries.ts';
import type { Tables } from '../../../src/repository/repo/tables.ts';

const db = createCompiler<Tables>();
const id = '01K9ZQ4T6V8N2M3P5R7S9W1X0Y';

t.test('the SQL that runs is the SQL that was reviewed', async (t) => {
  const queries = {
    selectOrder: selectOrder(db, '7K2Q9XW4T8BMZ01D5'),
    lockOrder: lockOrder(db, '7K2Q9XW4T8BMZ01D5'),
    selectItems: selectItems(db, [id]),
    selectRefunds: selectRefunds(db, [id]),
    selectDue: selectDue(db, 0, 100),
    selectPage: selectPage(db, { userId: id, status: 'paid', beforeId: id, limit: 21 }),
    selectFirst: selectFirst(db, id, 'stock'),
    selectDueFollowUps: selectDueFollowUps(db, 0, 500),
  };
  for (const [name, query] of Object.entries(queries)) {
    t.matchSnapshot(compileSnapshot(query), name);
  }
});

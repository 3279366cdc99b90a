import { compileSnapshot, createCompiler } from '@app/mysql';
import t from 'tap';
import { selectAccounts, selectSkus } from '../../../src/repository/repo/mysql-stock-auditor.ts';
import {
  selectAvailable,
  selectItems,
  selectMovements,
} from '../../../src/repository/repo/mysql-stock-reader.ts';
import {
  lockItems,
  selectDue,
  selectLines,
  selectReservations,
  selectReturns,
} from '../../../src/repository/repo/read-stock.ts';
import { padded } from '../../../src/repository/repo/statement-parts.ts';
import type { Tables } from '../../../src/repository/repo/tables.ts';
import {
  insertMovements,
  insertReservations,
  putLines,
  updateItems,
  updateStates,
} from '../../../src/repository/repo/write-batch.ts';

const db = createCompiler<Tables>();
const skuId = '01K9ZQ4T6V8N2M3P5R7S9W1X0Y';
const orderNo = 'M7K2Q9XW4T8B';

t.test('the SQL that runs is the SQL that was reviewed', async (t) => {
  const queries = {
    lockItems: lockItems(db, [skuId]),
    selectReservations: selectReservations(db, [orderNo]),
    selectLines: selectLines(db, [orderNo]),
    selectReturns: selectReturns(db, ['R7K2Q9XW4T8B']),
    selectDue: selectDue(db, new Date(0), 200),
    selectAvailable: selectAvailable(db, [skuId]),
    selectItems: selectItems(db, '', 21),
    selectMovements: selectMovements(db, skuId, '7', 21),
    updateStates: updateStates(db, { from: 'held', to: 'committed' }, [orderNo], 0),
  };
  for (const [name, query] of Object.entries(queries)) {
    t.matchSnapshot(compileSnapshot(query), name);
  }
  const compiled = {
    updateItems: updateItems(db, [], 0),
    insertMovements: insertMovements(db, [], 0),
    insertReservations: insertReservations(db, [], 0),
    putLines: putLines(db, []),
    selectSkus: selectSkus(db, '', 256),
    selectAccounts: selectAccounts(db, [skuId]),
  };
  for (const [name, { sql }] of Object.entries(compiled)) {
    t.matchSnapshot(sql.replaceAll(/\s+/g, ' ').trim(), name);
  }
});

t.test('lists of any length have a dozen texts', (t) => {
  t.same(padded([]), []);
  t.same(padded(['a']), ['a']);
  t.same(padded(['a', 'b', 'c']), ['a', 'b', 'c', 'a']);
  t.equal(padded(Array.from({ length: 200 }, String)).length, 256);
  t.end();
});

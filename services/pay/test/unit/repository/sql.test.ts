import { compileSnapshot, createCompiler } from '@app/mysql';
import t from 'tap';
import {
  lockPayment,
  selectDuePayments,
  selectPayment,
} from '../../../src/repository/repo/mysql-payment-repository.ts';
import {
  selectDueRefunds,
  selectLastSend,
  selectRefund,
} from '../../../src/repository/repo/mysql-refund-repository.ts';
import type { Tables } from '../../../src/repository/repo/tables.ts';
import { NOON_MS } from '../../support/builders.ts';

const db = createCompiler<Tables>();

t.test('the SQL that runs is the SQL that was reviewed', async (t) => {
  const queries = {
    selectPayment: selectPayment(db, 'O1'),
    lockPayment: lockPayment(db, 'O1'),
    selectDuePayments: selectDuePayments(db, NOON_MS, 500),
    selectRefund: selectRefund(db, 'R1'),
    selectDueRefunds: selectDueRefunds(db, NOON_MS, 500),
    selectLastSend: selectLastSend(db, 'O1'),
  };
  for (const [name, query] of Object.entries(queries))
    t.matchSnapshot(compileSnapshot(query), name);
});

import t from 'tap';
import type { Transaction } from 'kysely';
import type { Host, Part } from '@app/runtime';
import {
  createOutbox,
  factConsumer,
  type ColumnsOf,
  type CoreTables,
  type Database,
  type FactHost,
  type Outbox,
} from '../../src/index.ts';
import { happened } from '../support/facts.ts';

interface Tables extends CoreTables {
  readonly thing: { readonly id: string; readonly size: number };
}

// Never called: that these lines compile, and those marked do not, is the test.
export const typeChecks = (
  host: Host,
  db: Database<Tables>,
  tx: Transaction<Tables>,
): readonly unknown[] => {
  const factHost: FactHost = host;
  const outbox: Outbox<Tables> = createOutbox(db, factHost);
  const consumer: Part = factConsumer({
    host,
    db,
    fact: happened,
    handle: async ({ name }, scope) => {
      await scope.tx.insertInto('thing').values({ id: name, size: 1 }).execute();
      // @ts-expect-error -- there is no such column
      scope.tx.insertInto('thing').values({ id: name, length: 1 });
    },
  });
  // @ts-expect-error -- the payload belongs to another fact
  void outbox.add(tx, happened, { title: 'x' });
  // @ts-expect-error -- a column of the table is missing
  const columns: ColumnsOf<Pick<Tables, 'thing'>> = { thing: { id: 'char(26)' } };
  return [outbox.add(tx, happened, { name: 'x' }), consumer, columns];
};

t.test('a host serves a database, and facts and tables keep their types', (t) => {
  t.type(typeChecks, 'function');
  t.end();
});

import { pay } from '@app/contracts';
import { factConsumer, type CoreTables, type Database, type FactHost } from '@app/mysql';
import type { Part } from '@app/runtime';
import type { Usecases } from '../../usecase.ts';

interface Deps<Tables extends CoreTables> {
  readonly host: FactHost;
  readonly db: Database<Tables>;
  readonly usecases: Pick<Usecases, 'receivePayment' | 'receiveLateMoney' | 'receiveRefund'>;
}

/** What `pay` learns of money; each fact takes effect in the transaction of its inbox row. */
export const onPayFacts = <Tables extends CoreTables>({
  host,
  db,
  usecases,
}: Deps<Tables>): readonly Part[] => [
  factConsumer({
    ...{ host, db, fact: pay.facts.paymentSucceeded },
    handle: (fact, { tx }) => usecases.receivePayment(fact, tx),
  }),
  factConsumer({
    ...{ host, db, fact: pay.facts.lateMoneyReceived },
    handle: (fact, { tx }) => usecases.receiveLateMoney(fact, tx),
  }),
  factConsumer({
    ...{ host, db, fact: pay.facts.refundFinished },
    handle: (fact, { tx }) => usecases.receiveRefund(fact, tx),
  }),
];

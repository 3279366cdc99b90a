import t from 'tap';
import { paymentsContract } from '../contract/payment-repository.contract.ts';
import { refundsContract } from '../contract/refund-repository.contract.ts';
import { createMysqlStore, migratedDatabase } from '../support/mysql-store.ts';

const store = await createMysqlStore(t, await migratedDatabase(t));
const create = () => Promise.resolve(store);

await paymentsContract(t, create);
await refundsContract(t, create);

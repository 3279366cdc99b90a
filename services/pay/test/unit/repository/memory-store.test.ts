import t from 'tap';
import { paymentsContract } from '../../contract/payment-repository.contract.ts';
import { refundsContract } from '../../contract/refund-repository.contract.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

const create = () => Promise.resolve(createMemoryStore());

await paymentsContract(t, create);
await refundsContract(t, create);

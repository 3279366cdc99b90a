import t from 'tap';
import { paymentsContract, refundsContract } from '../../contract/repositories.contract.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

const create = () => Promise.resolve(createMemoryStore());

await paymentsContract(t, create);
await refundsContract(t, create);

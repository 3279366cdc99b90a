import t from 'tap';
import { repositoriesContract } from '../../contract/repositories.contract.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

t.test('the fakes keep the contract of the ports', (t) =>
  repositoriesContract(t, createMemoryStore()),
);

import t from 'tap';
import { appRepositoryContract } from '../../contract/app-repository.contract.ts';
import { sessionKeyRepositoryContract } from '../../contract/session-key-repository.contract.ts';
import { createMemoryAppRows, createMemorySessionKeys } from '../../support/memory-stores.ts';

t.test('the memory session keys are session keys', async (t) => {
  sessionKeyRepositoryContract(t, createMemorySessionKeys);
});

t.test('the memory apps are apps', async (t) => {
  appRepositoryContract(t, createMemoryAppRows);
});

import t from 'tap';
import { accessTokenStoreContract } from '../../contract/access-token-store.contract.ts';
import { appRepositoryContract } from '../../contract/app-repository.contract.ts';
import { sessionKeyRepositoryContract } from '../../contract/session-key-repository.contract.ts';
import {
  createMemoryAppRows,
  createMemorySessionKeys,
  createMemoryTokenStore,
} from '../../support/memory-stores.ts';

t.test('the memory token store is a token store', async (t) => {
  accessTokenStoreContract(t, createMemoryTokenStore);
});

t.test('the memory session keys are session keys', async (t) => {
  sessionKeyRepositoryContract(t, createMemorySessionKeys);
});

t.test('the memory apps are apps', async (t) => {
  appRepositoryContract(t, createMemoryAppRows);
});

import t from 'tap';
import { sessionKeyRepositoryContract } from '../../contract/session-key-repository.contract.ts';
import { createMemorySessionKeys } from '../../support/memory-stores.ts';

t.test('the memory session keys are session keys', async (t) => {
  sessionKeyRepositoryContract(t, createMemorySessionKeys);
});

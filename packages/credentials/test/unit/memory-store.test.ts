import t from 'tap';
import { credentialStoreContract } from '../contract/credential-store.contract.ts';
import { createMemoryCredentialStore } from '../support/memory-ports.ts';

t.test('the credential store in memory is a credential store', async (t) => {
  credentialStoreContract(t, createMemoryCredentialStore);
});

import t from 'tap';
import { adminRepositoriesContract } from '../../contract/admin-repositories.contract.ts';
import { createAdminMemoryStore } from '../../support/admin-memory-store.ts';

await adminRepositoriesContract(t, () => {
  const store = createAdminMemoryStore();
  return Promise.resolve({ ...store, listRevocations: () => Promise.resolve(store.revocations) });
});

import t from 'tap';
import { sessionRepositoryContract } from '../../contract/session-repository.contract.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

await sessionRepositoryContract(t, () => {
  const store = createMemoryStore();
  return Promise.resolve({
    ...store,
    factsOf: (userId) =>
      Promise.resolve(store.facts.filter((fact) => fact.payload.userId === userId)),
  });
});

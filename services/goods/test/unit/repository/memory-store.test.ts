import t from 'tap';
import { repositoriesContract } from '../../contract/repositories.contract.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

await repositoriesContract(t, () => {
  const store = createMemoryStore();
  return Promise.resolve({
    ...store,
    factsOf: (spuId) => Promise.resolve(store.facts.filter((fact) => fact.payload.spuId === spuId)),
  });
});

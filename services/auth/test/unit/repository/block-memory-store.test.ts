import t from 'tap';
import { blockRepositoryContract } from '../../contract/block-repository.contract.ts';
import { createMemoryBlocks } from '../../support/block-memory-store.ts';

await blockRepositoryContract(t, () => Promise.resolve(createMemoryBlocks()));

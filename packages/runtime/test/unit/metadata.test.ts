import { services, type ServiceContract } from '@app/contracts';
import t from 'tap';
import { contractMetadata } from '../../src/index.ts';

/** How often an object is met that was met before. */
const repeats = (value: unknown, seen = new Set<object>()): number => {
  if (typeof value !== 'object' || value === null) return 0;
  if (seen.has(value)) return 1;
  seen.add(value);
  return Object.values(value).reduce<number>((sum, child) => sum + repeats(child, seen), 0);
};

t.test('no object stands twice in what a node announces: moleculer would drop it', async (t) => {
  const contracts: readonly ServiceContract[] = Object.values(services);
  t.equal(repeats(contracts.flatMap((contract) => contractMetadata(contract))), 0);
});

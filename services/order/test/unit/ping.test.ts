import t from 'tap';
import { createPing } from '../../src/usecase/ping.ts';
import { pingRepositoryContract } from '../contract/ping-repository.contract.ts';
import { createMemoryPingRepository } from '../support/memory-ping-repository.ts';

await t.test('the same name in another case counts on', async (t) => {
  const ping = createPing({ pings: createMemoryPingRepository() });

  await ping({ name: 'Hello' });

  t.same(await ping({ name: ' hello ' }), { count: 2 });
});

await t.test('the fake keeps the contract of the port', (t) =>
  pingRepositoryContract(t, createMemoryPingRepository),
);

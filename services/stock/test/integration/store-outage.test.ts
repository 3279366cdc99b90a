import { stock } from '@app/contracts';
import { eventually, startMariadb } from '@app/testing';
import t from 'tap';
import { anOrderNo, aSku, MINUTE_MS, setOnHand } from '../support/builders.ts';
import { createSuite } from '../support/stock-node.ts';
import { auditAll, createMysqlStore } from '../support/stock-store.ts';

t.test('while MySQL is away all who wait are told so, and repeating them is right', async (t) => {
  const server = await startMariadb({ scope: t });
  const suite = await createSuite(t, {}, server);
  const node = await suite.startNode();
  const neighbour = await suite.startNeighbour();
  const { ledger, reader, auditor } = await createMysqlStore(t, suite.database);
  const skuId = aSku();
  await ledger.run(setOnHand(skuId, 50));
  const commands = Array.from({ length: 20 }, () => ({
    orderNo: anOrderNo(),
    lines: [{ skuId, quantity: 1 }],
    expiresAtMs: Date.now() + 15 * MINUTE_MS,
  }));
  const hold = (command: (typeof commands)[number]) =>
    neighbour.call(stock.actions.reserve, command);
  await eventually(() => hold(commands[0]!));

  await server.down('SIGKILL');
  const results = await Promise.allSettled(commands.map(hold));

  const codes = results.map((result) =>
    result.status === 'rejected' ? (result.reason as { code: string }).code : 'held',
  );
  t.same(new Set(codes), new Set(['SERVICE_UNAVAILABLE']));
  t.equal((await node.readiness()).ok, false);
  await server.up();
  await Promise.all(commands.map((command) => eventually(() => hold(command))));
  t.match(await reader.findItem(skuId), { reserved: 20 }, 'each of them once');
  t.same(await auditAll(auditor), []);
});

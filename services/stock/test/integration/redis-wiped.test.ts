import { stock } from '@app/contracts';
import { createRedis, redisKeys } from '@app/redis';
import { readConfig } from '@app/runtime';
import { eventually, startRedis } from '@app/testing';
import t from 'tap';
import { aSku, anOrderNo, setOnHand } from '../support/builders.ts';
import { createSuite } from '../support/stock-node.ts';
import { auditAll, createMysqlStore } from '../support/stock-store.ts';

t.test('with Redis wiped or away what expires is sellable again all the same', async (t) => {
  const server = await startRedis({ scope: t });
  const suite = await createSuite(t, { REDIS_ADDR: server.addr, STOCK_SWEEP_EVERY_MS: '500' });
  const { ledger, reader, auditor } = await createMysqlStore(t, suite.database);
  const config = readConfig(redisKeys, { REDIS_ADDR: server.addr }, { service: 'test' });
  const redis = createRedis(config, { role: 'queue' });
  await redis.start();
  t.teardown(() => redis.stop());
  await suite.startNode();
  const neighbour = await suite.startNeighbour();
  const skuId = aSku();
  await ledger.run(setOnHand(skuId, 100));
  const hold = (quantity: number, inMs: number) =>
    neighbour.call(stock.actions.reserve, {
      orderNo: anOrderNo(),
      lines: [{ skuId, quantity }],
      expiresAtMs: Date.now() + inMs,
    });
  const untilFree = () =>
    eventually(async () => (await reader.findItem(skuId))?.reserved === 0, { withinMs: 60_000 });

  await eventually(() => hold(3, 2000));
  await redis.client.flushall();
  await untilFree();
  t.pass('the job was lost, the sweeper found the row');

  await server.down('SIGKILL');
  t.match(await hold(4, 500), { state: 'held' }, 'buying needs no Redis');
  await server.up();
  await untilFree();

  t.same(await auditAll(auditor), []);
});

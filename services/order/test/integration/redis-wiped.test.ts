import { createRedis, redisKeys } from '@app/redis';
import { readConfig } from '@app/runtime';
import { eventually, startRedis } from '@app/testing';
import t from 'tap';
import { createBuyer } from '../support/buyer.ts';
import { startWorld } from '../support/order-world.ts';

t.test('with Redis wiped or away orders close, and stock is told, all the same', async (t) => {
  const server = await startRedis({ scope: t });
  const world = await startWorld(t, {
    REDIS_ADDR: server.addr,
    ORDER_PAYMENT_TIMEOUT_MS: '2500',
  });
  const config = readConfig(redisKeys, { REDIS_ADDR: server.addr }, { service: 'test' });
  const redis = createRedis(config, { role: 'queue' });
  await redis.start();
  t.teardown(() => redis.stop());
  const buyer = createBuyer(world);
  const untilReleased = (orderNo: string) =>
    eventually(() => world.reservations.get(orderNo)?.state === 'released', { withinMs: 60_000 });

  const wiped = await buyer.create(world.aSku());
  await redis.client.flushall();
  await untilReleased(wiped.orderNo);
  t.pass('the job was lost, the sweeper found the row');

  await server.down('SIGKILL');
  const { orderNo } = await buyer.create(world.aSku());
  t.equal((await buyer.read(orderNo)).status, 'pending_payment', 'buying needs no Redis');
  await server.up();
  await untilReleased(orderNo);

  t.match(await buyer.read(orderNo), { status: 'closed', closeReason: 'timeout' });
});

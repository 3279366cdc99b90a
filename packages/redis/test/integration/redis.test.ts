import { once } from 'node:events';
import { createServer } from 'node:net';
import { eventually, startRedis } from '@app/testing';
import t from 'tap';
import { createRedis, defineScript, loadScripts } from '../../src/index.ts';
import { connect, fakeHost, freeze } from '../support/redis.ts';

t.test(
  'start does not wait for ever for a Redis that is down, and the connection comes by itself',
  async (t) => {
    const server = await startRedis({ scope: t });
    await server.down('SIGKILL');
    const host = fakeHost();
    const redis = await connect(t, { address: server.addr, host, startTimeoutMs: 100 });

    await t.rejects(
      redis.check(),
      /is not connected .*ECONNREFUSED.*Remedy: start it, or correct REDIS_QUEUE_ADDR/,
    );
    t.match(host.entries, [{ level: 'warn' }]);
    await server.up();

    await eventually(() => redis.check());
    await redis.client.set('a', '1');
    t.equal(await redis.client.get('a'), '1');
  },
);

t.test('while Redis is down a command fails fast instead of hanging', async (t) => {
  const server = await startRedis({ scope: t });
  const redis = await connect(t, { address: server.addr, commandTimeoutMs: 500 });
  await server.down('SIGKILL');

  const startedAt = performance.now();
  await t.rejects(redis.client.get('a'));
  await t.rejects(redis.client.get('b'));

  t.ok(performance.now() - startedAt < 1500);
});

t.test('a Redis that hangs fails a command after the command timeout', async (t) => {
  const server = await startRedis({ scope: t });
  const redis = await connect(t, { address: server.addr, commandTimeoutMs: 100 });
  await freeze(server.port, 300);

  await t.rejects(redis.client.get('a'), /timed out/);

  await eventually(() => redis.check());
});

t.test('after a restart of Redis commands work again and the log tells it once', async (t) => {
  const server = await startRedis({ scope: t });
  const host = fakeHost();
  const redis = await connect(t, { address: server.addr, host });
  await redis.client.set('a', '1');

  await server.down('SIGKILL');
  await t.rejects(redis.client.get('a'));
  await server.up();
  await eventually(() => redis.check());

  t.equal(await redis.client.get('a'), '1');
  t.same(
    host.entries.map(({ level }) => level),
    ['warn', 'info'],
  );
});

t.test('a command whose answer was lost fails and is not sent again', async (t) => {
  let increments = 0;
  // Speaks just enough of the protocol, and dies with the answer to INCR on its way.
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      for (const [, command = ''] of chunk.toString().matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g)) {
        if (command.toLowerCase() === 'incr') {
          increments += 1;
          socket.destroy();
          return;
        }
        socket.write(command === 'info' ? '$9\r\nloading:0\r\n' : '+OK\r\n');
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as { port: number };
  const redis = await connect(t, { address: `127.0.0.1:${port}`, commandTimeoutMs: 2000 });

  const sentAt = performance.now();
  await t.rejects(redis.client.incr('n'));
  t.ok(performance.now() - sentAt < 1000, 'with the connection, not by its timeout');
  await eventually(() => redis.client.status === 'ready');
  await redis.client.set('a', '1');

  t.equal(increments, 1);
});

t.test('a Redis that may evict is refused for queues, with the remedy', async (t) => {
  const server = await startRedis({ scope: t });
  const queue = await connect(t, { address: server.addr, role: 'queue' });
  const cache = await connect(t, { address: server.addr, role: 'cache' });

  await queue.client.config('SET', 'maxmemory-policy', 'allkeys-lru');
  await t.rejects(
    queue.check(),
    /allkeys-lru.*CONFIG SET maxmemory-policy noeviction.*REDIS_QUEUE_ADDR/s,
  );
  await cache.check();
  await queue.client.config('SET', 'maxmemory-policy', 'noeviction');

  await queue.check();
});

t.test('queues use REDIS_QUEUE_ADDR and the cache uses REDIS_ADDR', async (t) => {
  const config = {
    redisAddr: '127.0.0.1:1',
    redisQueueAddr: '127.0.0.1:2',
    redisCommandTimeoutMs: 100,
  };

  t.equal(createRedis(config, { role: 'cache' }).address, '127.0.0.1:1');
  t.equal(createRedis(config, { role: 'queue' }).address, '127.0.0.1:2');
  t.throws(() => createRedis({ ...config, redisAddr: 'nonsense' }, { role: 'cache' }), /host:port/);
  t.throws(() => createRedis(config, { role: 'cache' }).queueClient(), /role queue/);
});

t.test('two namespaces on one Redis do not see each other', async (t) => {
  const one = await connect(t, { host: fakeHost() });
  const other = await connect(t, { host: fakeHost() });

  await one.client.set('user:profile:1', 'mine', 'EX', 10);

  t.equal(await other.client.get('user:profile:1'), null);
  t.equal(await one.client.get('user:profile:1'), 'mine');
});

t.test('a script runs after Redis forgot it', async (t) => {
  const server = await startRedis({ scope: t });
  const redis = await connect(t, { address: server.addr });
  const { add } = loadScripts(redis, {
    add: defineScript({
      name: 'add',
      keys: 1,
      lua: '-- KEYS[1] a\n-- ARGV[1] by\n-- Returns the sum\n-- Replay adds again\nreturn redis.call("INCRBY", KEYS[1], ARGV[1])',
    }),
  });

  t.equal(await add(['n'], [2]), 2);
  await redis.client.script('FLUSH');
  t.equal(await add(['n'], [2]), 4);
  await server.restart();
  // Asked first whether it is back: an addition whose answer got lost would be made twice.
  await eventually(() => redis.client.ping());
  t.equal(await add(['n'], [2]), 6);
  await t.rejects(add([], [2]), /takes 1 keys/);
});

t.test('stop is bounded while Redis is down and repeats without harm', async (t) => {
  const server = await startRedis({ scope: t });
  const redis = await connect(t, { address: server.addr });
  redis.queueClient();
  await server.down('SIGKILL');

  const startedAt = performance.now();
  await redis.stop();
  await redis.stop();

  t.ok(performance.now() - startedAt < 2500);
  t.throws(() => redis.queueClient(), /stopped/);
});

t.test('commands of one tick travel together and each gets its own answer', async (t) => {
  const redis = await connect(t, { host: fakeHost() });

  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      redis.client.set(`pipe:n:${index}`, index, 'EX', 10, 'GET'),
    ),
  );
  const values = await redis.client.mget(
    Array.from({ length: 200 }, (_, index) => `pipe:n:${index}`),
  );

  t.ok(answers.every((answer) => answer === null));
  t.same(
    values,
    Array.from({ length: 200 }, (_, index) => String(index)),
  );
});

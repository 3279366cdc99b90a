import { Redis } from 'ioredis';
import { createConnection } from 'mysql2/promise';
import { connect } from 'nats';
import t from 'tap';
import {
  createTestHost,
  freePort,
  spawnNode,
  startMariadb,
  startNats,
  startProcess,
  startRedis,
  testEnv,
} from '../../src/index.ts';

const CHILD = `${import.meta.dirname}/../fixtures/child.ts`;

t.test('a child process is waited for, stopped, and killed without warning', async (t) => {
  const options = { env: { GREETING: 'hello' }, waitFor: /^ready hello/, scope: t };
  const [polite, killed] = await Promise.all([
    spawnNode(CHILD, options),
    spawnNode(CHILD, options),
  ]);

  t.strictSame(await polite.stop(), { code: 0, signal: null });
  t.strictSame(polite.lines, ['ready hello', 'bye']);
  t.strictSame(await killed.kill9(), { code: null, signal: 'SIGKILL' });
  t.strictSame(killed.lines, ['ready hello']);
  await t.rejects(
    killed.waitForLine(/never/, 30),
    /no line \/never\/ .*which has ended:\nready hello/,
  );
  await t.rejects(startProcess('no-such-program'), /ENOENT/);
});

t.test('a private NATS keeps its port and its streams over a restart', async (t) => {
  const nats = await startNats({ scope: t });
  const withStreams = async <R>(
    work: (api: Awaited<ReturnType<typeof streamsOf>>) => Promise<R>,
  ) => {
    const connection = await connect({ servers: nats.addr });
    try {
      return await work(await streamsOf(connection));
    } finally {
      await connection.close();
    }
  };
  const streamsOf = async (connection: Awaited<ReturnType<typeof connect>>) =>
    (await connection.jetstreamManager()).streams;

  await withStreams((streams) => streams.add({ name: 'KEPT', subjects: ['kept'] }));
  await nats.restart();
  t.strictSame(await withStreams((streams) => streams.names().next()), ['KEPT']);
  await nats.down('SIGKILL');
  await t.rejects(connect({ servers: nats.addr, reconnect: false }));
  await nats.wipe();
  await nats.up();
  t.strictSame(await withStreams((streams) => streams.names().next()), []);
});

t.test('a private Redis keeps what was written when it is killed', async (t) => {
  const server = await startRedis({ scope: t });
  const redis = new Redis({ host: server.host, port: server.port });
  t.teardown(() => redis.disconnect());
  // Its connection breaks on purpose.
  redis.on('error', () => undefined);

  await redis.set('key', 'value');
  await server.down('SIGKILL');
  await server.up();

  t.equal(await redis.get('key'), 'value');
});

t.test('a private MariaDB keeps what was committed when it is killed', async (t) => {
  const { host, port, user, password, ...server } = await startMariadb({ scope: t });
  const run = async (statement: string) => {
    const connection = await createConnection({ host, port, user, password });
    try {
      return (await connection.query(statement))[0];
    } finally {
      await connection.end();
    }
  };

  await run('create schema kept');
  await run('create table kept.row_ (id int primary key)');
  await run('insert into kept.row_ values (1)');
  await server.down('SIGKILL');
  await server.up();

  t.match(await run('select id from kept.row_'), [{ id: 1 }]);
});

t.test('a test host has a namespace of its own and leaves no streams behind', async (t) => {
  const connection = await connect({ servers: testEnv().nats.url.replace('nats://', '') });
  t.teardown(() => connection.close());
  const { streams } = await connection.jetstreamManager();
  const namesOf = async (prefix: string): Promise<string[]> => {
    const names: string[] = [];
    for await (const name of streams.names()) if (name.startsWith(prefix)) names.push(name);
    return names.sort();
  };
  let prefix = '';

  await t.test('while it runs', async (t) => {
    const host = await createTestHost({ service: 'user', scope: t });
    prefix = `${host.namespace.toUpperCase()}_`;
    await host.start();
    t.match(await host.readiness(), { ok: true });
    t.strictSame(await namesOf(prefix), [`${prefix}DEAD`, `${prefix}FACTS`, `${prefix}REPLAY`]);
  });

  t.strictSame(await namesOf(prefix), []);
});

t.test('a free port can be listened on', async (t) => {
  t.ok((await freePort()) > 1023);
});

import { createServer } from 'node:net';
import { dirname } from 'node:path';
import t from 'tap';
import { parseAddress, waitUntil } from '../../infra/probe.ts';
import { requireFreePort } from '../../infra/private.ts';
import { adminLogin, givenAddress } from '../../infra/resolve.ts';
import { socketPath } from '../../paths.ts';
import { freePort, isListening, portOwner } from '../../process/ports.ts';

t.test('addresses are read with and without port, IPv6 included', (t) => {
  t.same(parseAddress('db.internal:3307', 3306), { host: 'db.internal', port: 3307 });
  t.same(parseAddress('127.0.0.1', 3306), { host: '127.0.0.1', port: 3306 });
  t.same(parseAddress('[::1]:6380', 6379), { host: '::1', port: 6380 });
  t.throws(() => parseAddress('http://db:3306', 3306), /not an address/);
  t.end();
});

t.test('one given Redis serves as cache and as queue', (t) => {
  const env = { REDIS_ADDR: 'redis:6379' };

  t.equal(givenAddress(env, 'redis-cache'), 'redis:6379');
  t.equal(givenAddress(env, 'redis-queue'), 'redis:6379');
  t.equal(givenAddress(env, 'nats'), undefined);
  t.equal(givenAddress({ MYSQL_WRITE_ADDR: 'db:3306' }, 'mysql'), 'db:3306');
  t.end();
});

t.test('a given MySQL is administered with given accounts only', (t) => {
  const generated = { MYSQL_ADMIN_PASS: 'generated' };

  t.same(adminLogin(generated, 'a:1', 'private'), {
    address: 'a:1',
    user: 'root',
    password: 'generated',
  });
  t.throws(() => adminLogin(generated, 'a:1', 'environment'), /MYSQL_ADMIN_USER/);
  t.same(
    adminLogin({ ...generated, MYSQL_USER: 'me', MYSQL_PASS: 'mine' }, 'a:1', 'environment'),
    { address: 'a:1', user: 'me', password: 'mine' },
    'the generated password is never tried on a server of somebody else',
  );
  t.end();
});

t.test(
  'a port in use is refused with the name of who has it and the variable that moves us',
  async (t) => {
    const port = await freePort();
    const server = createServer().listen(port, '127.0.0.1');
    t.teardown(() => server.close());
    await new Promise((resolve) => server.once('listening', resolve));

    t.equal(await isListening(port), true);
    t.equal(portOwner(port)?.pid, process.pid);
    await t.rejects(requireFreePort('mysql', port, 'LOCAL_MYSQL_PORT'), {
      message: new RegExp(`port ${port}.*process ${process.pid}[\\s\\S]*LOCAL_MYSQL_PORT`),
    });
  },
);

t.test('a free port is free', async (t) => {
  const port = await freePort();

  t.equal(await isListening(port), false);
  t.equal(portOwner(port), undefined);
  await t.resolves(requireFreePort('mysql', port, 'LOCAL_MYSQL_PORT'));
});

t.test('a socket whose path is too long for the kernel moves to a short one', (t) => {
  const deep = `/${'deep/'.repeat(30)}data`;

  t.equal(socketPath('/srv/data', 'mysql.sock'), '/srv/data/mysql.sock');
  t.ok(socketPath(deep, 'mysql.sock').length < 104);
  t.not(dirname(socketPath(deep, 'mysql.sock')), deep);
  t.equal(socketPath(deep, 'mysql.sock'), socketPath(deep, 'mysql.sock'));
  t.end();
});

t.test('waiting ends with the last failure at the deadline', async (t) => {
  let tries = 0;
  const probe = async (): Promise<void> => {
    tries += 1;
    await Promise.reject(new Error(`try ${tries}`));
  };

  await t.rejects(waitUntil(probe, 60, 10), /try \d+/);
  t.ok(tries > 1);
});

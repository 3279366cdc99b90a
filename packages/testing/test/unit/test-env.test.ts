import t from 'tap';
import { fakeClock, sequentialIds, testEnv, uniqueName } from '../../src/index.ts';

t.test('every address that is missing is named at once, with the remedy', async (t) => {
  const given = { TEST_MYSQL_ADDR: '127.0.0.1:3306', TEST_MYSQL_USER: 'root', TEST_MYSQL_PASS: '' };

  t.throws(() => testEnv(given), /TEST_REDIS_ADDR(.|\n)*TEST_NATS_URL(.|\n)*make.sh test/);
});

t.test('an address is read into host and port, and one without a port is refused', async (t) => {
  const env = {
    TEST_MYSQL_ADDR: 'db.internal:13306',
    TEST_MYSQL_USER: 'root',
    TEST_MYSQL_PASS: '',
    TEST_REDIS_ADDR: '127.0.0.1:16379',
    TEST_NATS_URL: 'nats://127.0.0.1:14222',
  };

  t.strictSame(testEnv(env), {
    mysql: {
      addr: 'db.internal:13306',
      host: 'db.internal',
      port: 13306,
      user: 'root',
      password: '',
    },
    redis: { addr: '127.0.0.1:16379', host: '127.0.0.1', port: 16379 },
    nats: { url: 'nats://127.0.0.1:14222' },
  });
  t.throws(
    () => testEnv({ ...env, TEST_REDIS_ADDR: 'localhost' }),
    /TEST_REDIS_ADDR.*is not host:port/,
  );
});

t.test('the fake clock moves only when told, and ids count up', async (t) => {
  const clock = fakeClock(1000);
  const ids = sequentialIds();

  clock.advance(5);
  t.equal(clock.nowMs(), 1005);
  clock.set(7);
  t.equal(clock.nowMs(), 7);
  t.strictSame(
    [ids.next(), ids.next()],
    ['00000000000000000000000001', '00000000000000000000000002'],
  );
  t.not(uniqueName('a'), uniqueName('a'));
});

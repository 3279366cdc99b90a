import t from 'tap';
import { diskSpace, memory, nodeVersion, openFiles } from '../../doctor/machine.ts';
import { examineSecrets } from '../../doctor/secrets.ts';
import {
  examineNats,
  examineRedis,
  mysqlSettings,
  mysqlVersion,
  natsSettings,
  queuePolicy,
} from '../../doctor/stores.ts';
import { examineWechat, wechatFindings } from '../../doctor/wechat.ts';
import { freePort } from '../../process/ports.ts';

const MB = 1024 * 1024;

const strong = (letter: string): string =>
  `${letter}0123456789abcdefghijklmnopqrstuvwxyzABCDEF`.slice(0, 43).replace('123456', 'QxW7vK');

const goodSecrets = {
  JWT_SIGNING_KEY: strong('a'),
  ADMIN_JWT_SECRET: strong('b'),
  INTERNAL_API_KEY: strong('c'),
  DATA_KEYS: `k1:${strong('d')}`,
  DATA_INDEX_KEY: strong('e'),
};

t.test('what would stop the machine is a stop, with a remedy', (t) => {
  for (const finding of [
    nodeVersion('20.20.2'),
    diskSpace(100 * MB),
    memory(200 * MB),
    openFiles('Max open files            256                  4096                 files'),
  ]) {
    t.equal(finding.level, 'stop', finding.what);
    t.ok(finding.remedy, finding.what);
  }
  t.end();
});

t.test('a good machine is left alone', (t) => {
  t.equal(nodeVersion('24.21.0').level, 'good');
  t.equal(diskSpace(9000 * MB).level, 'good');
  t.equal(memory(9000 * MB).level, 'good');
  t.equal(
    openFiles('Max open files            unlimited            unlimited            files').level,
    'good',
  );
  t.end();
});

t.test('production refuses weak, missing and shared secrets', (t) => {
  const levels = (env: Record<string, string>): string[] =>
    examineSecrets({ ENV: 'pro', ...goodSecrets, ...env }).map(({ level }) => level);

  t.same(levels({}), ['good']);
  t.same(levels({ INTERNAL_API_KEY: 'bindbox-internal-secret-2024-and-so-on-and-on' }), ['stop']);
  t.same(levels({ JWT_SIGNING_KEY: 'short' }), ['stop']);
  t.same(levels({ ADMIN_JWT_SECRET: goodSecrets.JWT_SIGNING_KEY }), ['stop']);
  t.same(
    examineSecrets({ ENV: 'pro' }).map(({ level }) => level),
    ['stop', 'stop', 'stop', 'stop', 'stop'],
  );
  t.end();
});

t.test('in development a missing secret is none: up generates it', (t) => {
  t.same(
    examineSecrets({}).map(({ level }) => level),
    ['good'],
  );
  t.end();
});

t.test('versions of MySQL and MariaDB that our SQL runs on', (t) => {
  t.equal(mysqlVersion('8.4.3').level, 'good');
  t.equal(mysqlVersion('10.11.19-MariaDB-0+deb12u1').level, 'good');
  t.equal(mysqlVersion('5.7.44-log').level, 'stop');
  t.equal(mysqlVersion('10.3.39-MariaDB').level, 'stop');
  t.end();
});

t.test('a database whose clock differs stops, one in another time zone is worth a word', (t) => {
  const facts = {
    version: '8.4.3',
    offsetSeconds: 0,
    aheadMs: 0,
    grants: ['GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION'],
    durability: 1,
  };
  const levels = (change: Partial<typeof facts>): string[] =>
    mysqlSettings({ ...facts, ...change })
      .map(({ level }) => level)
      .filter((level) => level !== 'good');

  t.same(levels({}), []);
  t.same(levels({ aheadMs: -5000 }), ['stop']);
  t.same(levels({ offsetSeconds: 8 * 3600 }), ['care']);
  t.same(levels({ grants: ['GRANT SELECT ON `app`.* TO `x`@`%`'] }), ['stop']);
  t.same(levels({ durability: 2 }), ['care']);
  t.end();
});

t.test('a Redis that evicts must not carry queues', (t) => {
  t.equal(queuePolicy('noeviction').level, 'good');
  t.match(queuePolicy('allkeys-lru'), { level: 'stop', remedy: /noeviction/ });
  t.end();
});

t.test('NATS without JetStream stops', (t) => {
  t.same(
    natsSettings({ jetstream: true, max_payload: 4 * MB }).map(({ level }) => level),
    ['good', 'good'],
  );
  t.match(natsSettings({ max_payload: MB }), [{ level: 'stop' }, { level: 'care' }]);
  t.end();
});

t.test('a store that does not answer is a finding, not a crash', async (t) => {
  const port = await freePort();

  t.match(await examineNats(`nats://127.0.0.1:${port}`), [{ level: 'stop', remedy: /NATS_URL/ }]);
  t.match(await examineRedis(`127.0.0.1:${port}`, {}, 'queue'), [
    { level: 'stop', remedy: /REDIS_QUEUE_ADDR/ },
  ]);
});

t.test('a refused token says which address to whitelist, and how urgent it is', (t) => {
  const refused = (isUsable: boolean) => ({
    appId: 'wx1',
    isUsable,
    problem: {
      type: 'UPSTREAM_WECHAT_REJECTED',
      errcode: 40164,
      remedy: 'IP whitelist: add 203.0.113.7',
      at: '2026-11-21T04:00:00.000Z',
    },
  });

  const [urgent, soon] = wechatFindings([refused(false), refused(true)]);

  t.match(urgent, { level: 'stop', what: /wx1.*40164/, remedy: /add 203\.0\.113\.7/ });
  t.match(soon, { level: 'care', what: /still works/ });
  t.match(wechatFindings([]), [{ level: 'good' }]);
  t.end();
});

t.test('a suite that does not answer is told, with where to look', async (t) => {
  const url = `http://127.0.0.1:${await freePort()}`;

  t.match(await examineWechat(url, 'key'), [{ level: 'care', remedy: /make\.sh status/ }]);
});

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { createSealer } from '@app/kernel';
import {
  ensureSecrets,
  envPrefix,
  integerOf,
  readEnvFile,
  schemaOf,
  withoutDevelopment,
} from '../../env.ts';
import { suiteEnv } from '../../suite.ts';

t.test('secrets are generated once and read back from then on', (t) => {
  const file = join(t.testdir({}), 'local/.env');

  const first = ensureSecrets(file, ['user'], true);
  const second = ensureSecrets(file, ['user'], true);

  t.same(second, first);
  t.ok((first['JWT_SIGNING_KEY'] ?? '').length >= 48);
  t.not(first['JWT_SIGNING_KEY'], first['ADMIN_JWT_SECRET']);
  t.end();
});

t.test('a service that joins later gets its password without changing the others', (t) => {
  const file = join(t.testdir({}), '.env');
  const before = ensureSecrets(file, ['user'], true);

  const after = ensureSecrets(file, ['user', 'wechat-ccs'], true);

  t.match(after, before);
  t.ok(after['WECHAT_CCS_MYSQL_PASS']);
  t.end();
});

t.test('only the owner may read the file', (t) => {
  const file = join(t.testdir({}), '.env');

  ensureSecrets(file, [], true);

  t.equal(statSync(file).mode & 0o777, 0o600);
  t.end();
});

t.test('the generated key ring opens as the services open theirs', (t) => {
  const secrets = ensureSecrets(join(t.testdir({}), '.env'), [], true);

  const sealer = createSealer(secrets['DATA_KEYS'] ?? '');

  t.equal(sealer.open(sealer.seal('13812345678', 'test'), 'test'), '13812345678');
  t.end();
});

t.test('outside development no secret of the application is invented', (t) => {
  const file = join(t.testdir({}), '.env');

  const secrets = ensureSecrets(file, ['user'], false);

  t.same(Object.keys(secrets).sort(), ['MYSQL_ADMIN_PASS', 'USER_MYSQL_PASS']);
  t.notMatch(readFileSync(file, 'utf8'), /JWT/);
  t.end();
});

t.test('development secrets on the disk do not stand in for missing ones elsewhere', (t) => {
  const secrets = ensureSecrets(join(t.testdir({}), '.env'), ['user'], true);

  t.same(Object.keys(withoutDevelopment(secrets)).sort(), ['MYSQL_ADMIN_PASS', 'USER_MYSQL_PASS']);
  t.end();
});

t.test('names derived from a service are those the services use themselves', (t) => {
  t.equal(envPrefix('wechat-ccs'), 'WECHAT_CCS');
  t.equal(schemaOf('wechat-ccs'), 'app_wechat_ccs');
  t.end();
});

t.test('a port that is no number is refused instead of guessed', (t) => {
  t.equal(integerOf({ GATEWAY_PORT: '3001' }, 'GATEWAY_PORT', 3000), 3001);
  t.equal(integerOf({}, 'GATEWAY_PORT', 3000), 3000);
  t.throws(() => integerOf({ GATEWAY_PORT: 'http' }, 'GATEWAY_PORT', 3000), /GATEWAY_PORT/);
  t.end();
});

t.test('a missing file has no values', (t) => {
  t.same(readEnvFile(join(t.testdir({}), 'absent')), {});
  t.end();
});

t.test('the sandbox pushes to the gateway with the secrets that the service checks', (t) => {
  const secrets = ensureSecrets(join(t.testdir({}), '.env'), [], true);
  const stores = { mysql: 'm', redisCache: 'r', redisQueue: 'r', natsUrl: 'n' };

  const env = suiteEnv({ ...secrets, GATEWAY_PORT: '3001' }, stores);

  const [mp, oa] = (env['SANDBOX_WECHAT_PUSHES'] ?? '').split(',');
  const { WXMP_APPID = '', WXMP_PUSH_TOKEN = '', WXMP_PUSH_AES_KEY = '' } = env;
  t.match(WXMP_PUSH_AES_KEY, /^[A-Za-z0-9]{43}$/);
  t.equal(Buffer.from(`${WXMP_PUSH_AES_KEY}=`, 'base64').length, 32);
  t.equal(
    mp,
    `${WXMP_APPID}:${WXMP_PUSH_TOKEN}:${WXMP_PUSH_AES_KEY}:http://127.0.0.1:3001/callbacks/wechat/${WXMP_APPID}`,
  );
  t.match(oa, env['WXOA_PUSH_AES_KEY']);
  t.equal(suiteEnv({}, stores)['SANDBOX_WECHAT_PUSHES'], '', 'nothing to push with');
  t.end();
});

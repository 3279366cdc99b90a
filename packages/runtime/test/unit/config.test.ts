import t from 'tap';
import {
  ConfigError,
  boolean,
  choice,
  defineConfig,
  describeConfig,
  encryptedInProduction,
  hostKeys,
  integer,
  list,
  optional,
  readConfig,
  secret,
  text,
  usable,
} from '../../src/index.ts';

const spec = defineConfig({
  env: choice('ENV', ['dev', 'fat', 'uat', 'pro'], { doc: 'Environment', default: 'dev' }),
  addr: text('MYSQL_ADDR', {
    doc: 'Where MySQL is',
    pattern: /^[^:]+:\d+$/,
    example: '127.0.0.1:3306',
  }),
  pool: integer('MYSQL_POOL_SIZE', {
    doc: 'Connections',
    default: 10,
    min: 1,
    max: 100,
    unit: 'connections',
  }),
  fast: boolean('FAST', { doc: 'Fast', default: false }),
  proxies: list('PROXIES', { doc: 'Proxies', default: [] }),
  key: secret('INTERNAL_API_KEY', { doc: 'The internal key' }),
  file: optional(text('LOG_FILE', { doc: 'Log file' })),
});

const random = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const good = { MYSQL_ADDR: '127.0.0.1:3306', INTERNAL_API_KEY: 'x' };
const read = (env: Record<string, string | undefined>, service = 'wechat-ccs') =>
  readConfig(spec, env, { service });

const problemsOf = (env: Record<string, string | undefined>): ConfigError => {
  try {
    read(env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('it was accepted');
};

t.test('every key has its type, and its default when it is unset or empty', async (t) => {
  const config = read({
    ...good,
    MYSQL_POOL_SIZE: '',
    FAST: 'TRUE',
    PROXIES: '10.0.0.1, 10.0.0.2,',
  });

  const pool: number = config.pool;
  const file: string | undefined = config.file;
  t.equal(pool, 10);
  t.equal(file, undefined);
  t.equal(config.fast, true);
  t.same(config.proxies, ['10.0.0.1', '10.0.0.2']);
  t.equal(config.env, 'dev');
});

t.test('the result cannot be changed', async (t) => {
  const config = read(good);

  t.throws(() => {
    (config as { pool: number }).pool = 3;
  }, TypeError);
});

t.test("a service's own key wins over the common one", async (t) => {
  const env = { ...good, WECHAT_CCS_MYSQL_POOL_SIZE: '7', MYSQL_POOL_SIZE: '8' };

  t.equal(read(env).pool, 7);
  t.equal(read(env, 'user').pool, 8);
});

t.test('all problems are told at once, each with its key and a remedy', async (t) => {
  const error = problemsOf({
    ENV: 'production',
    MYSQL_ADDR: 'user:hunter2@db',
    WECHAT_CCS_MYSQL_POOL_SIZE: '1000',
    FAST: 'yes',
  });

  t.same(
    error.problems.map(({ key }) => key),
    ['ENV', 'MYSQL_ADDR', 'WECHAT_CCS_MYSQL_POOL_SIZE', 'FAST', 'INTERNAL_API_KEY'],
  );
  for (const { remedy } of error.problems) t.match(remedy, /^(set|it must) /);
  t.match(error.message, /5 things are wrong/);
  t.notMatch(error.message, /hunter2/, 'a text may hold credentials and is not repeated');
});

t.test('numbers are whole and within their bounds', async (t) => {
  for (const bad of ['1.5', '0x10', '1e3', ' 5', '0', '101', '-1', 'NaN', '99999999999999999999']) {
    t.match(
      problemsOf({ ...good, MYSQL_POOL_SIZE: bad }).problems,
      [{ key: 'MYSQL_POOL_SIZE' }],
      bad,
    );
  }
});

t.test('production refuses secrets that are short, published or repetitive', async (t) => {
  const refused = {
    short: 'Ab3$',
    almost: random.slice(0, 31),
    published: 'bindbox-internal-secret-2024',
    publishedElse: 'openIM123',
    padded: 'change-me',
    dull: 'a'.repeat(64),
    repeated: 'secret12'.repeat(8),
    digits: '12345678901234567890123456789012',
  };
  for (const [why, value] of Object.entries(refused)) {
    const error = problemsOf({ ...good, ENV: 'pro', INTERNAL_API_KEY: value });
    t.match(error.problems, [{ key: 'INTERNAL_API_KEY', remedy: /32 random/ }], why);
    t.notOk(error.message.includes(value), 'the secret is not repeated');
  }
  t.equal(read({ ...good, ENV: 'pro', INTERNAL_API_KEY: random }).key, random);
  t.equal(read({ ...good, ENV: 'uat', INTERNAL_API_KEY: 'changeme' }).key, 'changeme');
});

t.test('a missing secret is a problem everywhere', async (t) => {
  for (const env of ['dev', 'pro']) {
    const error = problemsOf({ ...good, ENV: env, INTERNAL_API_KEY: '' });
    t.match(error.problems, [{ key: 'INTERNAL_API_KEY', problem: 'is not set' }]);
  }
});

t.test('an environment nobody knows is held to the rules of production', async (t) => {
  const { problems } = problemsOf({ ...good, ENV: 'prod', INTERNAL_API_KEY: 'changeme' });

  t.same(
    problems.map(({ key }) => key),
    ['ENV', 'INTERNAL_API_KEY'],
  );
});

t.test('the documentation has a row for every key', async (t) => {
  t.match(describeConfig(spec), [
    {
      env: 'ENV',
      kind: 'choice',
      default: 'dev',
      required: false,
      doc: /dev \| fat \| uat \| pro/,
    },
    { env: 'MYSQL_ADDR', kind: 'text', required: true, example: '127.0.0.1:3306' },
    { env: 'MYSQL_POOL_SIZE', default: '10', unit: 'connections' },
    { env: 'FAST', default: 'false' },
    { env: 'PROXIES', kind: 'list', default: '' },
    { env: 'INTERNAL_API_KEY', kind: 'secret', required: true, default: '' },
    { env: 'LOG_FILE', required: false },
  ]);
});

t.test('a host needs nothing but NATS', async (t) => {
  const config = readConfig(hostKeys, { NATS_URL: 'nats://127.0.0.1:4222' }, { service: 'user' });

  t.match(config, { env: 'dev', namespace: 'mall', metricsPort: 0, stopTimeoutMs: 25_000 });
});

t.test('a value that cannot be used is told with what to do', async (t) => {
  const parse = (raw: string) =>
    usable(
      text('RING', { doc: 'Ring', pattern: /^r/ }),
      (value) => {
        if (value === 'rust') throw new Error('broken');
      },
      { remedy: 'take another' },
    ).parse(raw, 'dev');

  t.match(parse('ring'), { ok: true, value: 'ring' });
  t.strictSame(parse('rust'), { ok: false, problem: 'cannot be used', remedy: 'take another' });
  t.match(parse('x'), { ok: false, problem: /^(?!cannot be used)/ }, 'its own rules come first');
});

t.test('production speaks https, but for a proxy on the same machine', async (t) => {
  const { parse } = encryptedInProduction(text('BASE', { doc: 'Where' }));

  t.match(parse('http://api.example.com', 'pro'), { ok: false, problem: 'is not https' });
  t.match(parse('http://localhost.example.com', 'pro'), { ok: false });
  t.match(parse('http://127.0.0.1:3900', 'pro'), { ok: true });
  t.match(parse('https://api.example.com', 'pro'), { ok: true });
  t.match(parse('http://sandbox:3900', 'uat'), { ok: true });
});

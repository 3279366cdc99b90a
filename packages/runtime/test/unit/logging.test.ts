import t from 'tap';
import fc from 'fast-check';
import { DomainError } from '@app/kernel';
import { createLogger, redact, runInRequest, scrubText } from '../../src/index.ts';

const secret = 'S3cr3t-Value-0123456789';

const logged = (write: (logger: ReturnType<typeof createLogger>) => void): string => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  write(createLogger({ level: 'debug', service: 'user', destination }));
  return lines.join('');
};

t.test('a line is one JSON object with level, time, service and message', async (t) => {
  const line = JSON.parse(logged((logger) => logger.info({ rows: 3 }, 'done'))) as object;

  t.match(line, { level: 'info', time: /^\d{4}-.*Z$/, service: 'user', rows: 3, msg: 'done' });
});

t.test('a line knows the request, the trace and the service it belongs to', async (t) => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const line = logged((logger) =>
    runInRequest({ requestId: 'req-12345', locale: 'en', service: 'auth', traceparent }, () =>
      logger.info('x'),
    ),
  );

  t.match(JSON.parse(line), {
    requestId: 'req-12345',
    traceId: '0af7651916cd43dd8448eb211c80319c',
    service: 'auth',
  });
});

t.test('secrets are redacted by name, however they are spelt and however deep', async (t) => {
  const names = [
    'password',
    'accessToken',
    'access_token',
    'refreshToken',
    'session_key',
    'sessionKey',
    'appsecret',
    'WXMP_APPSECRET',
    'MYSQL_PASS',
    'jwtSigningKey',
    'Authorization',
    'Set-Cookie',
    'X-Internal-Key',
    'phone',
    'purePhoneNumber',
    'openid',
    'unionid',
    'js_code',
    'code',
    'privateKey',
    'api_v3_key',
    'ticket',
  ];
  for (const name of names) {
    const fields = { [name]: secret, a: { [name]: secret, b: [{ c: { [name]: { d: secret } } }] } };
    const line = logged((logger) => logger.info(fields, 'x'));
    t.notOk(line.includes(secret), `${name}: ${line}`);
    t.ok(line.includes('[redacted]'), name);
  }
});

t.test('what is not secret stays', async (t) => {
  const fields = {
    userId: 'u1',
    status: 200,
    durationMs: 1.5,
    code: 'USER_FROZEN',
    ok: true,
    none: null,
  };

  t.same(redact(fields), fields);
  t.same(redact({ code: 40029 }), { code: 40029 });
  t.same(redact({ code: '0a3XyZ' }), { code: '[redacted]' });
});

t.test('headers are redacted in all their forms', async (t) => {
  const value = `Bearer ${secret}`;
  const forms = {
    record: { headers: { authorization: value, 'x-internal-key': secret, accept: 'json' } },
    fetch: { headers: new Headers({ authorization: value, cookie: `sid=${secret}` }) },
    raw: { rawHeaders: ['Accept', 'json', 'Authorization', value, 'Cookie', secret] },
    map: { headers: new Map([['authorization', value]]) },
    text: { dump: `GET / HTTP/1.1\r\nAuthorization: ${value}\r\n` },
    query: { query: new URLSearchParams({ access_token: secret }) },
  };
  for (const [form, fields] of Object.entries(forms)) {
    const line = logged((logger) => logger.info(fields, 'x'));
    t.notOk(line.includes(secret), `${form}: ${line}`);
  }
});

t.test('URLs lose their secret parameters and credentials, wherever they stand', async (t) => {
  const urls = [
    `https://api.weixin.qq.com/cgi-bin/token?grant_type=client_credential&appid=wx1&secret=${secret}`,
    `https://api.weixin.qq.com/sns/jscode2session?appid=wx1&secret=${secret}&js_code=${secret}&grant_type=x`,
    `https://api.weixin.qq.com/wxa/business/getuserphonenumber?access_token=${secret}`,
    `https://developer.toutiao.com/api?code=${secret}&anonymous_code=1`,
    `mysql://root:${secret}@127.0.0.1:3306/app`,
    `redis://:${secret}@127.0.0.1:6379`,
    `nats://user:${secret}@127.0.0.1:4222`,
  ];
  for (const url of urls) {
    const line = logged((logger) => {
      logger.info({ url }, `calling ${url}`);
      logger.warn({ err: new Error(`fetch of ${url} failed`) }, 'x');
      logger.error(new Error(`fetch of ${url} failed`));
      logger.error({ err: new Error('outer', { cause: new Error(url) }) });
      logger.info({ url: new URL(url) }, 'x');
      logger.info(`bare ${url}`);
      logger.child({ url }).info('child');
      logger.info({ nested: { list: [{ text: url }] } }, 'x');
    });
    t.notOk(line.includes(secret), line);
    t.ok(line.includes('appid=wx1') || !url.includes('appid=wx1'), 'what is no secret stays');
  }
});

t.test('tokens, JSON answers and phone numbers inside texts are taken out', async (t) => {
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';

  t.equal(scrubText(`got ${jwt}.`).includes('eyJ'), false);
  t.notMatch(scrubText(`{"session_key":"${secret}","openid": "${secret}"}`), secret);
  t.equal(scrubText('call 13812345678 now'), 'call 138****5678 now');
  t.equal(
    scrubText('id 01K9ZQ4T6V8N2M3P5R7S9W1X0Y at 1763600000000'),
    'id 01K9ZQ4T6V8N2M3P5R7S9W1X0Y at 1763600000000',
  );
});

t.test('an error is logged with its code, stack and causes', async (t) => {
  const error = new DomainError('USER_FROZEN', 'forbidden', {
    data: { userId: 'u1', password: secret },
    cause: new TypeError('deep'),
  });
  const line = JSON.parse(logged((logger) => logger.warn({ err: error }, 'x'))) as object;

  t.match(line, {
    err: {
      type: 'DomainError',
      code: 'USER_FROZEN',
      kind: 'forbidden',
      stack: /logging\.test\.ts/,
      data: { userId: 'u1', password: '[redacted]' },
      cause: { type: 'TypeError', message: 'deep' },
    },
  });
});

t.test('a huge or circular value makes a short line', async (t) => {
  const circular: Record<string, unknown> = { name: 'loop' };
  circular['self'] = circular;
  const huge = {
    text: 'x'.repeat(100_000),
    items: Array.from({ length: 10_000 }, (_, i) => i),
    bytes: Buffer.alloc(9),
  };

  const line = logged((logger) => logger.info({ circular, huge }, 'x'));

  t.ok(line.length < 10_000, `${line.length} characters`);
  t.match(line, /\[9 bytes\]/);
});

t.test(
  'whatever is logged, no value under a secret name comes out, and logging never throws',
  async (t) => {
    fc.assert(
      fc.property(
        fc.object({ maxDepth: 4 }),
        fc.constantFrom('token', 'phone', 'session_key'),
        (value, name) => {
          const line = logged((logger) =>
            logger.info({ value, deep: { value: [{ [name]: secret }] } }, 'x'),
          );
          return !line.includes(secret) && JSON.parse(line) !== null;
        },
      ),
      { numRuns: 200 },
    );
    t.pass('held for 200 values');
  },
);

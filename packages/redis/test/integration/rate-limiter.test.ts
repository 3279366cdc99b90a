import { eventually, startRedis, uniqueName } from '@app/testing';
import t from 'tap';
import { createRateLimiter, type RateVerdict } from '../../src/index.ts';
import { connect, freeze } from '../support/redis.ts';

const allowedOf = (verdicts: readonly RateVerdict[]): number =>
  verdicts.filter((verdict) => verdict.allowed).length;

const isInMinute = ({ retryAfterSeconds }: RateVerdict): boolean =>
  Number.isInteger(retryAfterSeconds) && retryAfterSeconds >= 1 && retryAfterSeconds <= 60;

type Test = Parameters<typeof connect>[0];

const gateways = async (
  t: Test,
  count: number,
  options: { address?: string; windowSeconds?: number } = {},
) => {
  const { address, windowSeconds = 60 } = options;
  const service = uniqueName('gw', '-');
  return Promise.all(
    Array.from({ length: count }, async () => {
      const redis = await connect(
        t,
        address === undefined ? {} : { address, commandTimeoutMs: 200 },
      );
      return createRateLimiter(redis, { service, windowSeconds });
    }),
  );
};

t.test('the first request is allowed and says what is left', async (t) => {
  const [limiter] = await gateways(t, 1);

  const first = await limiter!.take('auth', '1.2.3.4', 10);
  const second = await limiter!.take('auth', '1.2.3.4', 10);

  t.match(first, { allowed: true, limit: 10, remaining: 9 });
  t.match(second, { allowed: true, limit: 10, remaining: 8 });
  t.ok(isInMinute(first));
});

t.test('keys and classes do not share a limit', async (t) => {
  const [limiter] = await gateways(t, 1);

  t.ok((await limiter!.take('auth', 'a', 1)).allowed);
  t.notOk((await limiter!.take('auth', 'a', 1)).allowed);
  t.ok((await limiter!.take('auth', 'b', 1)).allowed);
  t.ok((await limiter!.take('code', 'a', 1)).allowed);
  t.ok((await limiter!.take('auth', '::1', 1)).allowed, 'an IPv6 address is a key like any other');
});

for (const limit of [1, 10, 299, 600, 1200, 6000]) {
  t.test(
    `three gateways together allow ${limit} of a limit of ${limit}, within 1 % and never more`,
    async (t) => {
      const limiters = await gateways(t, 3);
      const rounds = Math.ceil((limit * 1.5) / 3 / 20) + 1;

      const verdicts: RateVerdict[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const burst = limiters.flatMap((limiter) =>
          Array.from({ length: 20 }, () => limiter.take('read', 'user-1', limit)),
        );
        verdicts.push(...(await Promise.all(burst)));
      }

      const allowed = allowedOf(verdicts);
      t.ok(verdicts.length > limit * 1.2);
      t.ok(allowed <= limit, `${allowed} allowed`);
      t.ok(allowed >= Math.floor(limit * 0.99), `${allowed} allowed`);
      t.ok(verdicts.every(isInMinute));
    },
  );
}

t.test('requests that arrive one by one are counted as exactly as a burst', async (t) => {
  const limiters = await gateways(t, 3);
  let allowed = 0;

  for (let request = 0; request < 900; request += 1) {
    const verdict = await limiters[request % 3]!.take('write', 'user-1', 600);
    if (verdict.allowed) allowed += 1;
  }

  t.ok(allowed <= 600 && allowed >= 594, `${allowed} allowed`);
});

t.test('who waits as long as Retry-After says is let in again', async (t) => {
  const [one, other] = await gateways(t, 2, { windowSeconds: 1 });
  await Promise.all(Array.from({ length: 3 }, () => one!.take('code', 'phone', 3)));
  const refused = await other!.take('code', 'phone', 3);

  t.notOk(refused.allowed);
  await new Promise((resolve) => setTimeout(resolve, refused.retryAfterSeconds * 1000));

  t.ok((await other!.take('code', 'phone', 3)).allowed);
  t.ok((await one!.take('code', 'phone', 3)).allowed);
});

t.test('a key over its limit is refused from memory, without asking Redis', async (t) => {
  const redis = await connect(t);
  const limiter = createRateLimiter(redis, { service: uniqueName('gw', '-') });
  await limiter.take('auth', 'attacker', 1);
  await limiter.take('auth', 'attacker', 1);
  const commandsBefore = await commandCount(redis);

  const verdicts = await Promise.all(
    Array.from({ length: 1000 }, () => limiter.take('auth', 'attacker', 1)),
  );

  t.equal(allowedOf(verdicts), 0);
  t.equal((await commandCount(redis)) - commandsBefore, 0);
});

t.test(
  'without Redis auth and code get a share, read and write the full limit, nothing is unlimited',
  async (t) => {
    const server = await startRedis({ scope: t });
    const redis = await connect(t, { address: server.addr, commandTimeoutMs: 200 });
    const limiter = createRateLimiter(redis, { service: 'gw', processesExpected: 4 });
    await limiter.take('read', 'warm', 10);
    await server.down('SIGKILL');

    const counted: Record<string, number> = {};
    for (const rateClass of ['auth', 'code', 'read', 'write']) {
      const verdicts = await Promise.all(
        Array.from({ length: 50 }, () => limiter.take(rateClass, 'user-1', 20)),
      );
      counted[rateClass] = allowedOf(verdicts);
      t.ok(verdicts.every(isInMinute));
      for (let more = 0; more < 20; more += 1) {
        t.notOk((await limiter.take(rateClass, 'user-1', 20)).allowed);
      }
    }

    t.same(counted, { auth: 5, code: 5, read: 20, write: 20 });
  },
);

t.test('a strict limit smaller than the number of gateways still lets one through', async (t) => {
  const server = await startRedis({ scope: t });
  const redis = await connect(t, { address: server.addr, commandTimeoutMs: 200 });
  const limiter = createRateLimiter(redis, { service: 'gw', processesExpected: 4 });
  await server.down('SIGKILL');

  t.ok((await limiter.take('code', 'phone', 2)).allowed);
  t.notOk((await limiter.take('code', 'phone', 2)).allowed);
});

t.test('a Redis that hangs is waited for once, not by every request', async (t) => {
  const server = await startRedis({ scope: t });
  const redis = await connect(t, { address: server.addr, commandTimeoutMs: 2000 });
  const limiter = createRateLimiter(redis, { service: 'gw', answerTimeoutMs: 100 });
  await limiter.take('read', 'warm', 10);
  await freeze(server.port, 1500);

  const startedAt = performance.now();
  for (let request = 0; request < 50; request += 1)
    await limiter.take('read', `user-${request}`, 10);
  const tookMs = performance.now() - startedAt;

  t.ok(tookMs < 1000, `${tookMs} ms for 50 requests`);
});

t.test('when Redis is back the limit is shared again', async (t) => {
  const server = await startRedis({ scope: t });
  const [one, other] = await gateways(t, 2, { address: server.addr });
  await server.down('SIGKILL');
  t.ok((await one!.take('auth', 'user-1', 100)).allowed);
  t.ok((await other!.take('auth', 'user-1', 100)).allowed);
  await server.up();

  await eventually(async () => {
    const key = `probe-${Math.random()}`;
    const [left, right] = [await one!.take('auth', key, 1), await other!.take('auth', key, 1)];
    if (!left.allowed || right.allowed) throw new Error('still local');
  });
  const verdicts = await Promise.all(
    Array.from({ length: 150 }, (_, index) =>
      [one!, other!][index % 2]!.take('auth', 'user-2', 100),
    ),
  );

  t.equal(allowedOf(verdicts), 100);
});

t.test('a limit that is not a positive integer is a programmer error', async (t) => {
  const [limiter] = await gateways(t, 1);

  for (const limit of [0, -1, 1.5, Number.NaN]) {
    await t.rejects(limiter!.take('read', 'user-1', limit), /positive integer/);
  }
});

const commandCount = async (redis: Awaited<ReturnType<typeof connect>>): Promise<number> => {
  // Per connection: others use the same server.
  const list = await redis.client.client('INFO');
  return Number(/tot-cmds=(\d+)/.exec(list)?.[1] ?? 0);
};

import type { Revocation } from '@app/contracts';
import { eventually, fakeClock, type TestScope } from '@app/testing';
import t from 'tap';
import { createNewsWatch, type NewsPage } from '../../src/identity/news-watch.ts';
import { createRevocations } from '../../src/identity/revocations.ts';
import type { TokenClaims } from '../../src/identity/token-verifier.ts';
import { ids } from '../support/tokens.ts';

const claims = (issuedAtMs: number): TokenClaims => ({
  subject: ids.user,
  sessionId: ids.session,
  audience: 'app',
  issuedAtMs,
  expiresAtMs: issuedAtMs + 7_200_000,
  notBeforeMs: 0,
  marks: [],
});
const entry = (
  kind: Revocation['kind'],
  revokedAtMs: number,
  expiresAtMs = revokedAtMs + 7_200_000,
): Revocation => ({
  kind,
  subject: kind === 'user' ? ids.user : ids.session,
  revokedAtMs,
  expiresAtMs,
});

t.test('a revoked session is dead whenever its token was issued', async (t) => {
  const revocations = createRevocations();
  revocations.learn([entry('session', 1000)]);

  t.equal(revocations.refusalOf(claims(500)), 'TOKEN_REVOKED');
  t.equal(revocations.refusalOf(claims(2000)), 'TOKEN_REVOKED');
  t.equal(revocations.refusalOf({ ...claims(500), sessionId: 'other' }), undefined);
});

t.test(
  'a revoked user loses the tokens up to that moment and keeps those of later sign-ins',
  async (t) => {
    const revocations = createRevocations();
    revocations.learn([entry('user', 1_500)]);

    t.equal(revocations.refusalOf(claims(1_499)), 'TOKEN_REVOKED');
    t.equal(revocations.refusalOf(claims(1_500)), 'TOKEN_REVOKED');
    t.equal(revocations.refusalOf(claims(1_501)), undefined, 'signed in a millisecond later');
  },
);

t.test('the same entry twice, or an older one late, changes nothing', async (t) => {
  const revocations = createRevocations();
  revocations.learn([entry('user', 2000), entry('user', 2000), entry('user', 1000)]);

  t.equal(revocations.size, 1);
  t.equal(revocations.refusalOf(claims(1800)), 'TOKEN_REVOKED');
});

t.test('entries that can affect no token any more are forgotten', async (t) => {
  const revocations = createRevocations();
  revocations.learn([entry('user', 1000, 5000), entry('session', 1000, 6000)]);

  revocations.prune(5500);

  t.equal(revocations.refusalOf({ ...claims(900), sessionId: 'other' }), undefined);
  t.equal(revocations.refusalOf(claims(900)), 'TOKEN_REVOKED');
  t.equal(revocations.size, 1);
});

t.test('five seconds after the last news the gateway no longer claims to know', async (t) => {
  const revocations = createRevocations();

  t.equal(revocations.isCurrent(0), false, 'before the first news');
  revocations.confirm(10_000);
  t.equal(revocations.isCurrent(15_000), true);
  t.equal(revocations.isCurrent(15_001), false);
});

const watchWith = (
  t: TestScope,
  list: (sinceMs: number, cursor: string | undefined) => Promise<NewsPage<Revocation>>,
) => {
  const revocations = createRevocations();
  const changes: string[] = [];
  let atMs = 0;
  const watch = createNewsWatch({
    name: 'revocations',
    learnt: revocations,
    list,
    clock: fakeClock(),
    monotonicMs: () => atMs,
    onChange: (state) => changes.push(state),
    everyMs: 1,
  });
  t.teardown(() => watch.stop());
  return { revocations, changes, watch, setTime: (ms: number) => (atMs = ms) };
};

t.test(
  'the first round asks for everything, the next ones from the last complete answer on',
  async (t) => {
    const asked: number[] = [];
    const { watch } = watchWith(t, (sinceMs) => {
      asked.push(sinceMs);
      return Promise.resolve({ items: [], nowMs: 7000 + asked.length, nextCursor: null });
    });

    await watch.start();
    await eventually(() => asked.length >= 3);

    t.same(asked.slice(0, 3), [0, 7001, 7002]);
  },
);

t.test(
  'all pages of an answer are taken, and a round that fails half way is asked again',
  async (t) => {
    const asked: string[] = [];
    const { watch, revocations } = watchWith(t, (sinceMs, cursor) => {
      asked.push(`${sinceMs}/${cursor ?? ''}`);
      if (asked.length === 2) return Promise.reject(new Error('lost'));
      return Promise.resolve(
        cursor === undefined
          ? { items: [entry('user', 1)], nowMs: 9000, nextCursor: 'two' }
          : { items: [entry('session', 1)], nowMs: 9500, nextCursor: null },
      );
    });

    await watch.start();
    await eventually(() => asked.length >= 5);

    t.same(asked.slice(0, 5), ['0/', '0/two', '0/', '0/two', '9000/']);
    t.equal(revocations.size, 2);
  },
);

t.test('losing and finding auth is told once each, and check says what is wrong', async (t) => {
  let down = false;
  let rounds = 0;
  const { watch, changes, setTime } = watchWith(t, () => {
    rounds += 1;
    return down
      ? Promise.reject(new Error('down'))
      : Promise.resolve({ items: [], nowMs: 1, nextCursor: null });
  });
  const nextRounds = (count: number) => {
    const from = rounds;
    return eventually(() => rounds >= from + count);
  };
  await watch.start();
  await nextRounds(2);
  await watch.check?.();

  down = true;
  setTime(6000);
  await nextRounds(3);
  await t.rejects(() => watch.check?.() ?? Promise.resolve(), /no news/);
  down = false;
  await nextRounds(3);

  t.same(changes, ['current', 'stale', 'current']);
  await watch.check?.();
});

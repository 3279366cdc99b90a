import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { startSuite, type SignedIn } from '../support/suite.ts';

const suite = await startSuite({ gateways: 2 });
t.teardown(() => suite.stop());
const { client } = suite;

const refresh = (refreshToken: string, gateway = client) =>
  gateway.post<SignedIn>('/api/v1/auth/refresh', { refreshToken });

await t.test(
  '200 parallel refreshes of one token give one new pair, and everybody gets it',
  async (t) => {
    const { refreshToken } = await suite.signIn();

    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        refresh(refreshToken, suite.gateways[index % 2] ?? client),
      ),
    );

    t.same([...new Set(answers.map((answer) => answer.status))], [200]);
    t.equal(new Set(answers.map((answer) => JSON.stringify(answer.body.data))).size, 1);
  },
);

await t.test('the new pair goes on working while the old one is in its grace', async (t) => {
  const { refreshToken } = await suite.signIn();
  const first = await refresh(refreshToken);

  const second = await refresh(first.body.data.refreshToken);
  const replay = await refresh(refreshToken);

  t.equal(second.status, 200);
  t.same(replay.body.data, first.body.data);
});

await t.test('a reuse after the grace kills the family on every gateway', async (t) => {
  const { refreshToken, accessToken } = await suite.signIn();
  const next = await refresh(refreshToken);
  await pause(10_500);

  const reuse = await refresh(refreshToken);

  t.equal(reuse.status, 401);
  t.equal(reuse.body.type, 'REFRESH_TOKEN_REUSED');
  for (const gateway of suite.gateways) {
    for (const token of [accessToken, next.body.data.accessToken]) {
      const answer = await gateway.get('/api/v1/users/me', { token });
      t.equal(answer.body.type, 'TOKEN_REVOKED');
    }
  }
  t.equal(
    (await refresh(next.body.data.refreshToken)).status,
    401,
    'the newest refresh token died with it',
  );
});

await t.test('an unknown refresh token is refused with its own type', async (t) => {
  const answer = await refresh('rt_never-issued');

  t.equal(answer.status, 401);
  t.equal(answer.body.type, 'REFRESH_TOKEN_INVALID');
});

import t from 'tap';
import { wechatCcsError } from '../../../src/errors.ts';
import { buildDeps, buildNode, MP } from '../../support/build-deps.ts';

t.test('a token that was replaced elsewhere is fetched without force', async (t) => {
  const { keeper, wechat, clock } = buildDeps();
  const old = await keeper.current(MP);
  clock.advance(3_600_000);
  wechat.rotate();

  const { text } = await keeper.replace(MP, old.text);

  t.equal(text, 'token-2');
  t.strictSame(wechat.fetches, ['normal', 'normal']);
});

t.test('a token that WeChat gives again although it refuses it is replaced by force', async (t) => {
  const { keeper, wechat, clock } = buildDeps();
  const old = await keeper.current(MP);
  clock.advance(3_600_000);

  const { text } = await keeper.replace(MP, old.text);

  t.not(text, old.text);
  t.strictSame(wechat.fetches, ['normal', 'normal', 'forced']);
});

t.test('false reports cannot use up the forced refreshes of a day', async (t) => {
  const { keeper, wechat, clock } = buildDeps();
  let { text } = await keeper.current(MP);
  for (let report = 0; report < 60; report += 1) {
    clock.advance(36_000);
    ({ text } = await keeper.replace(MP, text));
  }

  t.equal(wechat.fetches.filter((mode) => mode === 'forced').length, 20);
  t.equal((await keeper.current(MP)).text, text, 'the last one stays in use');
});

t.test('an error of the call itself is passed on and no token is replaced', async (t) => {
  const { keeper, wechat } = buildDeps();

  const call = keeper.withToken(MP, () =>
    Promise.reject(wechatCcsError('WECHAT_PHONE_CODE_INVALID')),
  );

  await t.rejects(call, { code: 'WECHAT_PHONE_CODE_INVALID' });
  t.equal(wechat.fetches.length, 1);
});

t.test('a refused token is replaced and the call repeated once', async (t) => {
  const { keeper, clock, wechat } = buildDeps();
  await keeper.current(MP);
  clock.advance(3_600_000);
  wechat.rotate();

  const answer = await keeper.withToken(MP, wechat.withCurrentToken({ number: '1' }));

  t.match(answer, { number: '1' });
  t.strictSame(wechat.fetches, ['normal', 'normal'], 'no force: somebody else had replaced it');
});

t.test(
  'the 21st forced refresh of a day is refused, also after Redis lost everything',
  async (t) => {
    const first = buildDeps();
    const { wechat, clock, quotas } = first;
    for (let force = 0; force < 20; force += 1) {
      clock.advance(36_000);
      await first.keeper.renew(MP);
    }
    const { text } = await first.keeper.current(MP);
    // Another process with another Redis: only the ledger and the marks are the same.
    const second = buildNode({ clock, wechat, quotas });
    clock.advance(36_000);

    for (const { keeper } of [first, second]) {
      await t.rejects(keeper.renew(MP), {
        code: 'WECHAT_QUOTA_EXHAUSTED',
        data: { quota: 'forcedToken' },
      });
      t.equal((await keeper.current(MP)).text, text, 'callers keep the token there is');
    }

    t.equal(wechat.fetches.filter((mode) => mode === 'forced').length, 20);
  },
);

t.test('two forced refreshes are 35 s apart, whoever asks', async (t) => {
  const { keeper, clock, wechat } = buildDeps();
  await keeper.renew(MP);
  clock.advance(34_999);

  await t.rejects(keeper.renew(MP), {
    code: 'WECHAT_FORCE_TOO_SOON',
    data: { retryAt: '2026-11-20T04:00:35.000Z' },
  });
  clock.advance(1);
  await keeper.renew(MP);

  t.strictSame(wechat.fetches, ['forced', 'forced']);
});

t.test('reports of a token that may not be forced ask WeChat once in five seconds', async (t) => {
  const first = buildDeps();
  const nodes = [first, buildNode(first), buildNode(first)];
  const { text } = await first.keeper.renew(MP);
  const report = () => Promise.all(nodes.map(({ keeper }) => keeper.replace(MP, text)));

  await report();
  t.strictSame(first.wechat.fetches, ['forced']);
  first.clock.advance(5000);
  await report();
  await report();

  t.strictSame(first.wechat.fetches, ['forced', 'normal']);
});

t.test('a ledger that is away stops force, not the tokens that are due', async (t) => {
  const marks = { claim: () => Promise.reject(new Error('the database is away')) };
  const { keeper, wechat, clock, forceRefusals } = buildDeps({ marks });
  const { text } = await keeper.current(MP);

  clock.advance(5000);
  t.equal((await keeper.replace(MP, text)).text, text);

  t.strictSame(wechat.fetches, ['normal', 'normal']);
  t.match(forceRefusals, [{ message: 'the database is away' }]);
});

t.test('when WeChat says that the day is over, no more force is asked for', async (t) => {
  const { keeper, wechat, clock, quotas } = buildDeps();
  const { text } = await keeper.current(MP);
  wechat.state.forceErrcode = 45009;

  await t.rejects(keeper.renew(MP), {
    code: 'UPSTREAM_WECHAT_REJECTED',
    data: { errcode: 45009 },
  });
  clock.advance(36_000);
  await t.rejects(keeper.renew(MP), { code: 'WECHAT_QUOTA_EXHAUSTED' });

  t.equal(await quotas.left(MP, 'forcedToken'), 0);
  t.equal((await keeper.current(MP)).text, text);
});

t.test('a classic token is counted, and fetched anew only when it is due or bad', async (t) => {
  const { keeper, wechat, clock, quotas } = buildDeps({ tokenKind: 'classic' });
  const first = await keeper.current(MP);
  await keeper.current(MP);
  t.strictSame(wechat.fetches, ['classic']);

  t.equal((await keeper.replace(MP, first.text)).text, first.text, 'a minute old at least');
  clock.advance(60_000);
  const second = await keeper.replace(MP, first.text);

  t.not(second.text, first.text);
  t.strictSame(wechat.fetches, ['classic', 'classic']);
  t.equal(await quotas.left(MP, 'classicToken'), 1998);
});

t.test('when the classic tokens of a day are used up, the last one is served', async (t) => {
  const { keeper, clock, quotas } = buildDeps({ tokenKind: 'classic' });
  const { text } = await keeper.current(MP);
  await quotas.exhaust(MP, 'classicToken');
  clock.advance(3_600_000);

  await t.rejects(keeper.replace(MP, text), { code: 'WECHAT_QUOTA_EXHAUSTED' });
  t.equal((await keeper.current(MP)).text, text);
});

t.test('a classic fetch whose answer is lost leaves the old token five minutes', async (t) => {
  const { keeper, wechat, clock } = buildDeps({ tokenKind: 'classic' });
  const old = await keeper.current(MP);
  clock.advance(60_000);
  wechat.state.isDown = true;
  await t.rejects(keeper.replace(MP, old.text));
  clock.advance(290_000 - 60_000);
  t.equal((await keeper.current(MP)).text, old.text);
  wechat.state.isDown = false;
  clock.advance(1);

  t.not((await keeper.current(MP)).text, old.text);
});

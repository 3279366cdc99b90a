import t from 'tap';
import { wechatCcsError } from '../../../src/errors.ts';
import type { RefreshLock } from '../../../src/repository.ts';
import { buildDeps, buildNode, MP } from '../../support/build-deps.ts';
import { createMemoryLock } from '../../support/memory-stores.ts';

/** Until the background work of this process is done. */
const settled = ({ shared }: ReturnType<typeof buildDeps>) => shared.stop();

const REFRESH_WINDOW_MS = 7_190_000 - 279_999;

t.test('200 callers who find no token cause one fetch', async (t) => {
  const { keeper, wechat } = buildDeps();

  const tokens = await Promise.all(Array.from({ length: 200 }, () => keeper.current(MP)));

  t.equal(new Set(tokens.map(({ text }) => text)).size, 1);
  t.strictSame(wechat.fetches, ['normal']);
});

t.test('a token with enough time left is served without asking WeChat', async (t) => {
  const { keeper, wechat, clock } = buildDeps();
  await keeper.current(MP);
  clock.advance(REFRESH_WINDOW_MS - 1);

  await keeper.current(MP);

  t.equal(wechat.fetches.length, 1);
});

t.test(
  'near its end the old token is served at once while the next one is fetched, once',
  async (t) => {
    const deps = buildDeps();
    const { keeper, wechat, clock, hinted } = deps;
    const old = await keeper.current(MP);
    clock.advance(REFRESH_WINDOW_MS);
    let release = () => {};
    wechat.state.hanging = new Promise((resolve) => (release = resolve));

    const served = await Promise.all(Array.from({ length: 50 }, () => keeper.current(MP)));
    release();
    await settled(deps);
    const next = await keeper.current(MP);

    t.ok(served.every(({ text }) => text === old.text));
    t.equal(wechat.fetches.length, 2);
    t.not(next.text, old.text);
    t.strictSame(hinted.at(-1), [MP, next.version]);
  },
);

t.test(
  'while WeChat is down the old token is served to its last minute, then the error',
  async (t) => {
    const deps = buildDeps();
    const { keeper, wechat, clock, failures } = deps;
    const old = await keeper.current(MP);
    wechat.state.isDown = true;
    clock.advance(7_190_000 - 60_000);

    const late = await keeper.current(MP);
    await settled(deps);
    clock.advance(1);

    t.equal(late.text, old.text);
    t.equal(failures.length, 1);
    await t.rejects(keeper.current(MP), { code: 'UPSTREAM_WECHAT_UNAVAILABLE' });
    wechat.state.isDown = false;
    t.not((await keeper.current(MP)).text, old.text, 'and recovers by itself');
  },
);

t.test('a refresh ahead that failed is not tried again with every request', async (t) => {
  const deps = buildDeps();
  const { keeper, wechat, clock } = deps;
  await keeper.current(MP);
  wechat.state.isDown = true;
  clock.advance(REFRESH_WINDOW_MS);

  for (let request = 0; request < 20; request += 1) {
    await keeper.current(MP);
    await settled(deps);
  }

  t.equal(wechat.fetches.length, 2);
  t.equal(deps.warnings.length, 1);
});

t.test('a thousand reports of the current token on eight nodes lead to one refresh', async (t) => {
  const first = buildDeps();
  const nodes = [first, ...Array.from({ length: 7 }, () => buildNode(first))];
  const bad = await first.keeper.current(MP);

  const answers = await Promise.all(
    nodes.flatMap(({ keeper }) => Array.from({ length: 125 }, () => keeper.replace(MP, bad.text))),
  );

  t.strictSame([...new Set(answers.map(({ text }) => text))], ['token-2']);
  t.strictSame(first.wechat.fetches, ['normal', 'forced']);
});

t.test('a report of a token that was replaced already takes no lock', async (t) => {
  let runs = 0;
  const inner = createMemoryLock();
  const lock: RefreshLock = {
    run(appId, work) {
      runs += 1;
      return inner.run(appId, work);
    },
  };
  const { keeper, wechat } = buildDeps({ lock });
  const old = await keeper.current(MP);
  const current = await keeper.replace(MP, old.text);

  t.strictSame(await keeper.replace(MP, old.text), current);
  t.strictSame(await keeper.replace(MP, 'never-seen'), current);
  t.equal(wechat.fetches.length, 2);
  t.equal(runs, 2);
});

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

t.test('a node that was paused during a refresh takes what another one stored', async (t) => {
  const { refresh, tokens, wechat } = buildDeps();
  let release = () => {};
  wechat.state.hanging = new Promise((resolve) => (release = resolve));

  const paused = refresh(MP);
  // The lease of the paused node ended; another one refreshed with a later fence.
  await tokens.replace(MP, undefined, {
    text: 'by-another',
    version: 99,
    expiresAtMs: Number.MAX_SAFE_INTEGER,
    fetchedAtMs: 0,
    forces: null,
  });
  release();

  t.equal((await paused).text, 'by-another');
  t.equal((await tokens.find(MP))?.version, 99);
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

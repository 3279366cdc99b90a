import { eventually } from '@app/testing';
import t from 'tap';
import type { CredentialStore, RefreshLease } from '../../src/index.ts';
import { buildKeeper, buildNode, ID, RULES } from '../support/build-keeper.ts';
import { createMemoryCredentialStore, createMemoryLease } from '../support/memory-ports.ts';

/** Until the background work of this process is done. */
const settled = ({ keeper }: ReturnType<typeof buildKeeper>) => keeper.stop();

const REFRESH_WINDOW_MS = 7_190_000 - 279_999;

/** A store that can be away, and counts how often it is read. */
const watchedStore = () => {
  const inner = createMemoryCredentialStore();
  const state = { isAway: false, reads: 0 };
  const guard = <R>(work: () => Promise<R>): Promise<R> =>
    state.isAway ? Promise.reject(new Error('the store is away')) : work();
  const store: CredentialStore = {
    find: (id) => guard(() => ((state.reads += 1), inner.find(id))),
    replace: (id, expected, next) => guard(() => inner.replace(id, expected, next)),
    mayEnd: (id, version, atMs) => guard(() => inner.mayEnd(id, version, atMs)),
  };
  return { store, state };
};

t.test('200 callers who find no token cause one fetch', async (t) => {
  const { keeper, issuer } = buildKeeper();

  const tokens = await Promise.all(Array.from({ length: 200 }, () => keeper.current(ID)));

  t.equal(new Set(tokens.map(({ text }) => text)).size, 1);
  t.strictSame(issuer.fetches, ['normal']);
});

t.test('a hand-out holds text, version and times, nothing else', async (t) => {
  const { keeper } = buildKeeper();

  t.strictSame(Object.keys(await keeper.current(ID)).sort(), [
    'expiresAtMs',
    'fetchedAtMs',
    'text',
    'version',
  ]);
});

t.test('a token with enough time left is served without asking anybody', async (t) => {
  const { store, state } = watchedStore();
  const { keeper, issuer, clock } = buildKeeper({ store });
  await keeper.current(ID);
  const { reads } = state;
  clock.advance(REFRESH_WINDOW_MS - 1);

  await keeper.current(ID);

  t.equal(state.reads, reads);
  t.equal(issuer.fetches.length, 1);
  t.match(keeper.peek(ID), { text: 'token-1' });
});

t.test(
  'near its end the old token is served at once while the next one is fetched, once',
  async (t) => {
    const deps = buildKeeper();
    const { keeper, issuer, clock, hinted } = deps;
    const old = await keeper.current(ID);
    clock.advance(REFRESH_WINDOW_MS);
    let release = () => {};
    issuer.state.hanging = new Promise((resolve) => (release = resolve));

    const served = await Promise.all(Array.from({ length: 50 }, () => keeper.current(ID)));
    release();
    await settled(deps);
    const next = await keeper.current(ID);

    t.ok(served.every(({ text }) => text === old.text));
    t.equal(issuer.fetches.length, 2);
    t.not(next.text, old.text);
    t.strictSame(hinted.at(-1), [ID, next.version]);
  },
);

t.test(
  'while the issuer is down the old token is served to its last minute, then the error',
  async (t) => {
    const deps = buildKeeper();
    const { keeper, issuer, clock, failures } = deps;
    const old = await keeper.current(ID);
    issuer.state.isDown = true;
    clock.advance(7_190_000 - 60_000);

    const late = await keeper.current(ID);
    await settled(deps);
    clock.advance(1);

    t.equal(late.text, old.text);
    t.equal(failures.length, 1);
    await t.rejects(keeper.current(ID), { message: 'the issuer is down' });
    t.equal(keeper.peek(ID), undefined);
    issuer.state.isDown = false;
    t.not((await keeper.current(ID)).text, old.text, 'and recovers by itself');
  },
);

t.test('a refresh ahead that failed is not tried again with every request', async (t) => {
  const deps = buildKeeper();
  const { keeper, issuer, clock } = deps;
  await keeper.current(ID);
  issuer.state.isDown = true;
  clock.advance(REFRESH_WINDOW_MS);

  for (let request = 0; request < 20; request += 1) {
    await keeper.current(ID);
    await settled(deps);
  }

  t.equal(issuer.fetches.length, 2);
  t.equal(deps.warnings.length, 1);
});

t.test('a thousand reports of the current token on eight nodes lead to one fetch', async (t) => {
  const first = buildKeeper();
  const nodes = [first, ...Array.from({ length: 7 }, () => buildNode(first))];
  const bad = await first.keeper.current(ID);

  const answers = await Promise.all(
    nodes.flatMap(({ keeper }) => Array.from({ length: 125 }, () => keeper.replace(ID, bad.text))),
  );

  t.strictSame([...new Set(answers.map(({ text }) => text))], ['token-2']);
  t.strictSame(first.issuer.fetches, ['normal', 'forced']);
});

t.test('a report of a token that was replaced already takes no lease', async (t) => {
  let runs = 0;
  const inner = createMemoryLease();
  const lease: RefreshLease = {
    run(id, work) {
      runs += 1;
      return inner.run(id, work);
    },
  };
  const { keeper, issuer } = buildKeeper({ lease });
  const old = await keeper.current(ID);
  const current = await keeper.replace(ID, old.text);

  t.strictSame(await keeper.replace(ID, old.text), current);
  t.strictSame(await keeper.replace(ID, 'never-seen'), current);
  t.equal(issuer.fetches.length, 2);
  t.equal(runs, 2);
});

t.test('a node that was paused during a refresh takes what another one stored', async (t) => {
  const { keeper, store, issuer } = buildKeeper();
  let release = () => {};
  issuer.state.hanging = new Promise((resolve) => (release = resolve));

  const paused = keeper.current(ID);
  await eventually(() => issuer.fetches.length === 1);
  // The lease of the paused node ended; another one refreshed with a later fence.
  await store.replace(ID, undefined, {
    text: 'by-another',
    version: 99,
    expiresAtMs: Number.MAX_SAFE_INTEGER,
    fetchedAtMs: 0,
    mayEndAtMs: null,
  });
  release();

  t.equal((await paused).text, 'by-another');
  t.equal((await store.find(ID))?.version, 99);
});

t.test('a node that wakes up without its lease does not end what another one stored', async (t) => {
  const lost = new AbortController();
  const { keeper, issuer } = buildKeeper({ lease: createMemoryLease(lost.signal) });
  const { text } = await keeper.current(ID);
  lost.abort();

  await t.rejects(keeper.renew(ID), { code: 'SERVICE_UNAVAILABLE' });

  t.strictSame(issuer.fetches, ['normal']);
  t.equal((await keeper.replace(ID, 'another')).text, text);
});

t.test('after a refresh that was announced and never told of, the issuer is asked', async (t) => {
  const first = buildKeeper();
  const second = buildNode(first);
  const old = await first.keeper.current(ID);
  await second.keeper.current(ID);
  first.issuer.state.losesAnswers = true;

  await t.rejects(first.keeper.replace(ID, old.text), { message: 'the answer got lost' });
  first.issuer.state.losesAnswers = false;

  t.equal((await second.keeper.current(ID)).text, 'token-2', 'the old one is dead by now');
  t.strictSame(first.issuer.fetches, ['normal', 'forced', 'normal'], 'asked, not forced again');
});

t.test('a doubtful token is served when the issuer cannot say, and only then', async (t) => {
  const { keeper, issuer, store } = buildKeeper();
  const old = await keeper.current(ID);
  issuer.state.isDown = true;
  await t.rejects(keeper.replace(ID, old.text));

  t.equal((await keeper.current(ID)).text, old.text);
  t.equal(keeper.peek(ID)?.text, old.text, 'the next callers do not wait for the issuer');

  issuer.state.isDown = false;
  await keeper.refreshIfDue(ID);
  t.equal((await store.find(ID))?.mayEndAtMs, null, 'the doubt is over');
});

t.test(
  'a token that ends a while after its successor was asked for is served until then',
  async (t) => {
    const { keeper, issuer, store, clock } = buildKeeper();
    const old = await keeper.current(ID);
    await store.mayEnd(ID, old.version, clock.nowMs() + 290_000);
    keeper.heard(ID, old.version);

    t.equal((await keeper.current(ID)).text, old.text);
    t.equal(issuer.fetches.length, 1);
    await keeper.current(ID);
    await eventually(() => issuer.fetches.length === 2);
  },
);

t.test('a hint makes a node look again; a lost one costs a moment', async (t) => {
  const first = buildKeeper();
  const second = buildNode(first);
  await second.keeper.start();
  t.teardown(() => second.keeper.stop());
  const old = await second.keeper.current(ID);

  const next = await first.keeper.replace(ID, old.text);
  t.equal((await second.keeper.current(ID)).text, next.text);

  first.wire.isUp = false;
  const third = await first.keeper.replace(ID, next.text);
  await eventually(() => second.keeper.peek(ID)?.text === third.text);
});

t.test('a read that began before a hint is not remembered', async (t) => {
  const inner = createMemoryCredentialStore();
  const wire: { reply?: Promise<void> } = {};
  const store: CredentialStore = {
    ...inner,
    async find(id) {
      const found = await inner.find(id);
      await wire.reply;
      return found;
    },
  };
  const first = buildKeeper({ store: inner });
  const second = buildNode({ ...first, store });
  const old = await first.keeper.current(ID);
  let release = () => {};
  wire.reply = new Promise((resolve) => (release = resolve));
  const early = second.keeper.current(ID);
  const next = await first.keeper.replace(ID, old.text);
  release();

  t.equal((await early).text, old.text);
  t.equal((await second.keeper.current(ID)).text, next.text);
});

t.test('without the store the remembered token is served to its last minute', async (t) => {
  const { store, state } = watchedStore();
  const { keeper, clock } = buildKeeper({ store });
  const old = await keeper.current(ID);
  state.isAway = true;
  keeper.heard(ID, old.version);
  clock.advance(7_190_000 - 60_000);

  t.equal((await keeper.current(ID)).text, old.text);
  t.equal((await keeper.replace(ID, 'another')).text, old.text);
  clock.advance(1);
  await t.rejects(keeper.current(ID), { message: 'the store is away' });
});

t.test('a node that starts takes what is stored, and fetches nothing', async (t) => {
  const first = buildKeeper();
  const { text } = await first.keeper.current(ID);
  const second = buildNode(first);

  await second.keeper.restore([ID, 'wx-unknown']);

  t.equal(second.keeper.peek(ID)?.text, text);
  t.equal(second.keeper.peek('wx-unknown'), undefined);
  t.equal(first.issuer.fetches.length, 1);
});

t.test(
  'a schedule fetches what is due or lost, once for all nodes, and nothing else',
  async (t) => {
    const store = createMemoryCredentialStore();
    const first = buildKeeper({ store });
    const nodes = [first, buildNode(first), buildNode(first)];
    const all = () => Promise.all(nodes.map(({ keeper }) => keeper.refreshIfDue(ID)));

    await all();
    t.equal(first.issuer.fetches.length, 1, 'there was none');
    await all();
    t.equal(first.issuer.fetches.length, 1, 'it is fresh');
    first.clock.advance(REFRESH_WINDOW_MS);
    await all();
    t.equal(first.issuer.fetches.length, 2, 'it nears its end');
  },
);

t.test('an operator gets another one each time, callers on all nodes with him', async (t) => {
  const first = buildKeeper();
  const second = buildNode(first);
  const old = await second.keeper.current(ID);

  const next = await first.keeper.renew(ID);

  t.not(next.text, old.text);
  t.equal((await second.keeper.current(ID)).text, next.text);
  t.not((await second.keeper.renew(ID)).text, next.text);
});

t.test('credentials of one moment are renewed at different times', async (t) => {
  const rules = { ...RULES, refreshSpreadMs: 100_000 };
  const { keeper, clock, store, issuer } = buildKeeper({ rules });
  await store.replace(ID, undefined, {
    text: 'late',
    version: 500,
    expiresAtMs: clock.nowMs() + 280_000 - 50_000,
    fetchedAtMs: 0,
    mayEndAtMs: null,
  });

  await keeper.refreshIfDue(ID);
  t.equal(issuer.fetches.length, 0);
  clock.advance(1);
  await keeper.refreshIfDue(ID);
  t.equal(issuer.fetches.length, 1);
});

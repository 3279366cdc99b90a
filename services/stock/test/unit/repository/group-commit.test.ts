import { setImmediate as turn } from 'node:timers/promises';
import { runInRequest } from '@app/runtime';
import t from 'tap';
import { createGroupCommit, type Settled } from '../../../src/repository/group-commit.ts';

/** Batches that end when the test says so. */
const byHand = () => {
  const batches: { items: readonly string[]; end: PromiseWithResolvers<undefined> }[] = [];
  const apply = async (items: readonly string[]): Promise<readonly Settled<string>[]> => {
    const end = Promise.withResolvers<undefined>();
    batches.push({ items, end });
    await end.promise;
    return items.map((item) => ({ ok: true, answer: `${item} done` }));
  };
  const endNext = async (): Promise<void> => {
    const open = batches.find(({ end }) => !ended.has(end));
    if (open === undefined) throw new Error('no batch is open');
    ended.add(open.end);
    open.end.resolve(undefined);
    await turn();
    await turn();
  };
  const ended = new Set<unknown>();
  return { apply, endNext, sizes: () => batches.map(({ items }) => [...items]) };
};

const limits = { lanesMax: 2, batchMax: 100, waitingMax: 100 };

t.test('what arrives while a batch is written goes together in the next', async (t) => {
  const { apply, endNext, sizes } = byHand();
  const group = createGroupCommit({ apply, ...limits });

  const first = group.run('a', ['hot']);
  await turn();
  const others = ['b', 'c', 'd'].map((item) => group.run(item, ['hot']));
  await turn();
  t.same(sizes(), [['a']]);
  await endNext();
  t.same(sizes(), [['a'], ['b', 'c', 'd']]);
  await endNext();

  t.same(await Promise.all([first, ...others]), ['a done', 'b done', 'c done', 'd done']);
});

t.test(
  'items with other keys need not wait; one with both waits for both and is not overtaken',
  async (t) => {
    const { apply, endNext, sizes } = byHand();
    const group = createGroupCommit({ apply, ...limits });

    const all = [group.run('x', ['x'])];
    await turn();
    all.push(group.run('xy', ['x', 'y']), group.run('y', ['y']), group.run('z', ['z']));
    await turn();

    t.same(sizes(), [['x'], ['z']], 'y came after xy and shares a key with it');
    await endNext();
    await endNext();
    t.same(sizes().slice(2), [['xy', 'y']]);
    await endNext();
    t.equal((await Promise.all(all)).length, 4);
  },
);

t.test('a batch has a size, and the queue an end', async (t) => {
  const { apply, endNext, sizes } = byHand();
  const group = createGroupCommit({ apply, lanesMax: 1, batchMax: 2, waitingMax: 3 });
  const all = [group.run('a', ['k'])];
  await turn();
  all.push(...['b', 'c', 'd'].map((item) => group.run(item, ['k'])));

  await t.rejects(group.run('e', ['k']), { code: 'SERVICE_UNAVAILABLE' });
  for (let batch = 0; batch < 3; batch += 1) await endNext();

  t.same(sizes(), [['a'], ['b', 'c'], ['d']]);
  t.equal((await Promise.all(all)).length, 4);
});

t.test('one item that cannot be written takes nobody with it', async (t) => {
  const group = createGroupCommit<string, string>({
    ...limits,
    apply: (items) =>
      items.includes('poison')
        ? Promise.reject(new Error('constraint'))
        : Promise.resolve(items.map((answer) => ({ ok: true, answer }))),
  });

  const results = await Promise.allSettled(
    ['a', 'poison', 'b'].map((item) => group.run(item, ['k'])),
  );

  t.same(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
});

t.test('when the store is away nobody is tried again one by one', async (t) => {
  let calls = 0;
  const away = Object.assign(new Error('away'), { code: 'SERVICE_UNAVAILABLE' });
  const group = createGroupCommit<string, string>({
    ...limits,
    apply: () => {
      calls += 1;
      return Promise.reject(away);
    },
  });

  const results = await Promise.allSettled(['a', 'b', 'c'].map((item) => group.run(item, ['k'])));

  t.ok(results.every((result) => result.status === 'rejected' && result.reason === away));
  t.equal(calls, 1);
});

t.test('a refusal is the answer of its own item only', async (t) => {
  const refused = new Error('sold out');
  const group = createGroupCommit<string, string>({
    ...limits,
    apply: (items) =>
      Promise.resolve(
        items.map((item) =>
          item === 'late' ? { ok: false, error: refused } : { ok: true, answer: item },
        ),
      ),
  });

  const results = await Promise.allSettled(['a', 'late'].map((item) => group.run(item, ['k'])));

  t.match(results, [{ value: 'a' }, { reason: refused }]);
});

t.test('who has no time left when the turn comes is not written', async (t) => {
  const { apply, endNext, sizes } = byHand();
  const group = createGroupCommit({ apply, ...limits });
  const first = group.run('a', ['k']);
  await turn();

  const late = runInRequest({ requestId: 'request-1', locale: 'en', deadlineMs: 1 }, () =>
    group.run('b', ['k']),
  );
  const refused = t.rejects(late, { code: 'DEADLINE_EXCEEDED' });
  const inTime = group.run('c', ['k']);
  await endNext();
  await endNext();

  await Promise.all([refused, first, inTime]);
  t.same(sizes(), [['a'], ['c']]);
});

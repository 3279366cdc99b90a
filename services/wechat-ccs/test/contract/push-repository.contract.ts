import type { Test } from 'tap';
import { readPushMessage, type PushMessage } from '../../src/domain/push-message.ts';
import type { PushRepository } from '../../src/repository.ts';
import { NOON_MS } from '../support/build-deps.ts';

export const aMessage = (change: Readonly<Record<string, unknown>> = {}): PushMessage => {
  const message = readPushMessage({
    ToUserName: 'gh_1',
    FromUserName: 'o-anna',
    CreateTime: String(NOON_MS / 1000),
    MsgType: 'text',
    Content: '你好 👋',
    MsgId: '2345678901234567890',
    ...change,
  });
  if (message === undefined) throw new Error('the change makes it no message');
  return message;
};

export interface PushesUnderTest {
  readonly pushes: PushRepository;
  /** The payloads told so far. */
  readonly facts: () => Promise<readonly unknown[]>;
}

/** What every `PushRepository` promises. Each call of `create` gives an empty one. */
export const pushRepositoryContract = (
  t: Test,
  create: (t: Test) => Promise<PushesUnderTest> | PushesUnderTest,
): void => {
  void t.test('a new push is remembered and told, with every field it had', async (t) => {
    const { pushes, facts } = await create(t);
    const message = aMessage();

    t.equal(await pushes.record('wx-1', message, NOON_MS), true);

    t.strictSame(await facts(), [
      {
        appId: 'wx-1',
        msgType: 'text',
        event: null,
        openid: 'o-anna',
        createdAtMs: NOON_MS,
        message: message.fields,
      },
    ]);
  });

  void t.test('the same push again is told no second time, in another app it is', async (t) => {
    const { pushes, facts } = await create(t);
    await pushes.record('wx-1', aMessage(), NOON_MS);

    t.equal(await pushes.record('wx-1', aMessage(), NOON_MS + 1000), false);
    t.equal(await pushes.record('wx-2', aMessage(), NOON_MS), true);

    t.equal((await facts()).length, 2);
  });

  void t.test('of 20 identical pushes at once one is new', async (t) => {
    const { pushes, facts } = await create(t);

    const results = await Promise.all(
      Array.from({ length: 20 }, () => pushes.record('wx-1', aMessage(), NOON_MS)),
    );

    t.equal(results.filter(Boolean).length, 1);
    t.equal((await facts()).length, 1);
  });

  void t.test('old pushes are forgotten, a few at a time; then they would be new', async (t) => {
    const { pushes } = await create(t);
    for (const [index, atMs] of [NOON_MS, NOON_MS + 1, NOON_MS + 2, NOON_MS + 3].entries())
      await pushes.record('wx-1', aMessage({ MsgId: String(index) }), atMs);

    t.equal(await pushes.purge(NOON_MS + 3, 2), 2);
    t.equal(await pushes.purge(NOON_MS + 3, 2), 1);
    t.equal(await pushes.purge(NOON_MS + 3, 2), 0);

    t.equal(await pushes.record('wx-1', aMessage({ MsgId: '0' }), NOON_MS + 4), true);
    t.equal(await pushes.record('wx-1', aMessage({ MsgId: '3' }), NOON_MS + 4), false);
  });
};

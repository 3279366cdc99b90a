import { sequentialIds, type FakeClock } from '@app/testing';
import type { Test } from 'tap';
import { EVENT_PRECISION_MS, type GrantEventKind } from '../../src/domain/subscribe-grant.ts';
import { KEEP_MS, PENDING_MAX_MS, type Verdict } from '../../src/domain/subscribe-message.ts';
import type {
  NewMessage,
  SubscribeGrantRepository,
  SubscribeMessageRepository,
  TransactionScope,
} from '../../src/repository.ts';

export interface Subscriptions {
  readonly messages: SubscribeMessageRepository;
  readonly grants: SubscribeGrantRepository;
  readonly clock: FakeClock;
  /** Runs what needs a scope in a transaction of its own. */
  within<R>(work: (scope: TransactionScope) => Promise<R>): Promise<R>;
}

const ids = sequentialIds();
const SENT: Verdict = { status: 'sent', msgId: '1700827132819554304' };
const refused = (errcode: number): Verdict => ({ status: 'refused', errcode, field: null });

let users = 0;

/** What every pair of message and grant repositories promises. Users differ, the store may be one. */
export const subscriptionsContract = (
  t: Test,
  create: (t: Test) => Promise<Subscriptions> | Subscriptions,
): void => {
  const build = async (t: Test) => {
    const { messages, grants, clock, within } = await create(t);
    users += 1;
    const user = { appId: 'wx-1', openid: `o-${users}` };
    const templateId = 'template-1';
    const aMessage = (change: Partial<NewMessage> = {}): NewMessage => ({
      ...user,
      messageKey: `key:${users}`,
      attemptId: ids.next(),
      templateId,
      contentHash: 'a'.repeat(64),
      startedAtMs: clock.nowMs(),
      ...change,
    });
    const record = (kind: GrantEventKind, atMs = clock.nowMs()) =>
      within((scope) => grants.record(scope, user, { kind, templateId, atMs }));
    const accept = async (times: number) => {
      for (let count = 0; count < times; count += 1) await record('accepted');
      clock.advance(EVENT_PRECISION_MS);
    };
    const remaining = async () => (await grants.count(user, [templateId])).get(templateId);
    const begin = async (change?: Partial<NewMessage>) =>
      (await messages.begin(aMessage(change))).message;
    const deliver = (msgId: string | null, errcode = 0) =>
      within((scope) =>
        messages.recordDelivery(scope, user, { templateId, msgId, errcode }, clock.nowMs()),
      );
    return { messages, grants, clock, user, aMessage, record, accept, remaining, begin, deliver };
  };

  void t.test(
    'of 20 who begin with one key one is the first, and one grant is taken',
    async (t) => {
      const { messages, aMessage, accept, remaining } = await build(t);
      await accept(5);

      const begun = await Promise.all(Array.from({ length: 20 }, () => messages.begin(aMessage())));

      t.equal(begun.filter(({ isNew }) => isNew).length, 1);
      t.equal(new Set(begun.map(({ message }) => message.attemptId)).size, 1);
      t.equal(await remaining(), 4);
    },
  );

  void t.test('20 messages at once never take more than there is', async (t) => {
    const { messages, aMessage, accept, remaining, user } = await build(t);
    await accept(7);

    const begun = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        messages.begin(aMessage({ messageKey: `many:${user.openid}:${index}` })),
      ),
    );

    const statuses = begun.map(({ message }) => message.status);
    t.equal(statuses.filter((status) => status === 'pending').length, 7);
    t.equal(statuses.filter((status) => status === 'refused').length, 13);
    t.equal(await remaining(), 0);
  });

  void t.test('of whom nothing is known nothing is taken', async (t) => {
    const { begin, remaining } = await build(t);

    t.match(await begin(), { status: 'pending', hasGrant: false });
    t.equal(await remaining(), undefined);
  });

  void t.test('what is stored comes back as it was', async (t) => {
    const { messages, aMessage, accept } = await build(t);
    await accept(1);
    const wanted = aMessage();

    const first = await messages.begin(wanted);
    const again = await messages.begin({ ...wanted, attemptId: ids.next() });

    const nothing = { errcode: null, field: null, msgId: null };
    const expected = { ...wanted, ...nothing, status: 'pending', hasGrant: true };
    t.strictSame(first, { isNew: true, message: expected });
    t.strictSame(again, { isNew: false, message: expected });
  });

  void t.test('a verdict is stored once, and a late answer resolves an unknown', async (t) => {
    const { messages, begin } = await build(t);
    const message = await begin();

    t.match(await messages.settle(message, { status: 'unknown' }), { status: 'unknown' });
    t.match(await messages.settle(message, SENT), { status: 'sent', msgId: '1700827132819554304' });
    t.match(await messages.settle(message, refused(43101)), { status: 'sent' }, 'too late');
    t.match(await messages.settle(message, { status: 'unknown' }), { status: 'sent' });
  });

  void t.test('a refusal gives the grant back, once; 43101 shows there was none', async (t) => {
    const { messages, begin, accept, remaining, user } = await build(t);
    await accept(3);
    const message = await begin();

    await messages.settle(message, refused(47003));
    await messages.settle(message, refused(47003));
    t.equal(await remaining(), 3);

    const second = await begin({ messageKey: `second:${user.openid}` });
    t.match(await messages.settle(second, refused(43101)), { status: 'refused', errcode: 43101 });
    t.equal(await remaining(), 0);
  });

  void t.test('what was accepted after a message began survives its 43101', async (t) => {
    const { messages, begin, accept, remaining } = await build(t);
    await accept(1);
    const message = await begin();
    await accept(1);

    await messages.settle(message, refused(43101));

    t.equal(await remaining(), 1);
  });

  void t.test('what was released is gone, its grant is back, and the key is free', async (t) => {
    const { messages, aMessage, begin, accept, remaining } = await build(t);
    await accept(1);
    const message = await begin();

    await messages.release(message);
    await messages.release(message);

    t.equal(await remaining(), 1);
    const again = await messages.begin(aMessage());
    t.equal(again.isNew, true);
    await messages.release(message);
    t.equal((await messages.begin(aMessage())).isNew, false, 'the later attempt is another one');
    t.match(await messages.settle(message, SENT), { status: 'pending' }, 'also for a verdict');
  });

  void t.test('nothing is given back to who switched off meanwhile', async (t) => {
    const { messages, begin, accept, record, remaining } = await build(t);
    await accept(2);
    const message = await begin();
    await record('switched_off');

    await messages.release(message);

    t.equal(await remaining(), 0);
  });

  void t.test('who waits gets what became of the message, or that it was released', async (t) => {
    const { messages, begin, user } = await build(t);
    const message = await begin();
    const [waited] = await Promise.all([
      messages.awaitSettled(message.appId, message.messageKey, 10_000),
      messages.settle(message, SENT),
    ]);
    t.match(waited, { status: 'sent' });

    const other = await begin({ messageKey: `other:${user.openid}` });
    t.match(await messages.awaitSettled(other.appId, other.messageKey, 0), { status: 'pending' });
    await messages.release(other);
    t.equal(await messages.awaitSettled(other.appId, other.messageKey, 0), undefined);
  });

  void t.test('a delivery finds its message by number, else the one it must be', async (t) => {
    const { messages, begin, deliver, user } = await build(t);
    const named = await begin();
    await messages.settle(named, SENT);
    t.equal(await deliver('1700827132819554304', 7), true);
    t.match(await messages.settle(named, SENT), { status: 'refused', errcode: 7 });

    const lost = await begin({ messageKey: `lost:${user.openid}` });
    await messages.settle(lost, { status: 'unknown' });
    t.equal(await deliver('42'), true);
    t.match(await messages.settle(lost, { status: 'unknown' }), { status: 'sent', msgId: '42' });
    t.equal(await deliver('42'), true, 'told twice');
    t.equal(await deliver('43'), false, 'of another system');
  });

  void t.test('a delivery waits while a message is sent, but not for a dead process', async (t) => {
    const { messages, begin, deliver, clock } = await build(t);
    const message = await begin();

    await t.rejects(deliver('42'), { code: 'SERVICE_UNAVAILABLE' });
    clock.advance(PENDING_MAX_MS + 1);

    t.equal(await deliver('42'), true);
    t.match(await messages.settle(message, { status: 'unknown' }), { status: 'sent' });
  });

  void t.test('counts tell known from unknown, and users, apps and templates apart', async (t) => {
    const { grants, record, accept, remaining, user } = await build(t);
    t.equal(await remaining(), undefined);
    await record('rejected');
    t.equal(await remaining(), 0);
    await accept(2);

    t.strictSame(
      [...(await grants.count(user, ['template-1', 'template-2']))],
      [['template-1', 2]],
    );
    t.equal((await grants.count({ ...user, appId: 'wx-2' }, ['template-1'])).size, 0);
    t.equal((await grants.count({ ...user, openid: 'O-else' }, ['template-1'])).size, 0);
  });

  void t.test('20 events at once about a user of whom nothing was known all count', async (t) => {
    const { record, remaining } = await build(t);

    await Promise.all(Array.from({ length: 20 }, () => record('accepted')));

    t.equal(await remaining(), 20);
  });

  void t.test('a message sent elsewhere uses what is known, and tells nothing else', async (t) => {
    const { record, accept, remaining } = await build(t);
    await record('sent_elsewhere');
    t.equal(await remaining(), undefined);
    await accept(1);

    await record('sent_elsewhere');
    await record('sent_elsewhere');

    t.equal(await remaining(), 0);
  });

  void t.test('messages are forgotten after their time, a few at a time', async (t) => {
    const { messages, aMessage, clock, user } = await build(t);
    await messages.purge(clock.nowMs() + 600_000, 1000);
    for (const key of ['a', 'b', 'c']) {
      await messages.begin(aMessage({ messageKey: `purge:${user.openid}:${key}` }));
      clock.advance(1000);
    }
    clock.advance(KEEP_MS - 1000);
    const before = clock.nowMs() - KEEP_MS;

    t.equal(await messages.purge(before, 1), 1);
    t.equal(await messages.purge(before, 10), 1, 'the third is young enough');
  });
};

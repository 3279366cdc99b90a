import t from 'tap';
import { createRecentChanges } from '../../../src/repository/cache/recent-changes.ts';

const build = (max = 10) => {
  const time = { nowMs: 1_000_000 };
  const recent = createRecentChanges({ clock: { nowMs: () => time.nowMs }, windowMs: 5000, max });
  const pass = (ms: number): void => void (time.nowMs += ms);
  return { recent, pass };
};

t.test('a change is recent for the window and then no more', async (t) => {
  const { recent, pass } = build();
  pass(5000);

  recent.mark('u1');
  const atOnce = recent.isRecent('u1');
  pass(4999);
  const justBefore = recent.isRecent('u1');
  pass(1);

  t.same([atOnce, justBefore, recent.isRecent('u1')], [true, true, false]);
  t.equal(recent.isRecent('u2'), false);
});

t.test('a second change starts the window anew', async (t) => {
  const { recent, pass } = build();
  recent.mark('u1');
  pass(4000);

  recent.mark('u1');
  pass(4000);

  t.equal(recent.isRecent('u1'), true);
});

t.test('a process that just started takes every key for changed', async (t) => {
  const { recent, pass } = build();

  t.equal(recent.isRecent('never seen'), true);
  pass(5000);
  t.equal(recent.isRecent('never seen'), false);
});

t.test(
  'when more change than can be remembered the forgotten ones still count as recent',
  async (t) => {
    const { recent, pass } = build(2);
    pass(5000);

    for (const key of ['u1', 'u2', 'u3']) recent.mark(key);

    t.equal(recent.isRecent('u1'), true);
    pass(5000);
    t.equal(recent.isRecent('u1'), false);
  },
);

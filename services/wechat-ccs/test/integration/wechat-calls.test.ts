import t, { type Test } from 'tap';
import { buildCalls } from '../support/calls-world.ts';
import { WXMP } from '../support/start-sandbox.ts';
import { calls, type Call, type World } from '../support/wechat-calls.ts';

const { appId } = WXMP;

const forEachCall = async (
  t: Test,
  body: (t: Test, call: Call, world: World) => Promise<unknown>,
): Promise<void> => {
  for (const [name, call] of Object.entries(calls)) {
    await t.test(name, async (t) => body(t, call, await buildCalls(t, { timeoutMs: 400 })));
  }
};

t.test('a call whose token was replaced, never was or is over succeeds with the next one', (t) =>
  forEachCall(t, async (t, { run }, world) => {
    const { wechat, clock, stale } = world;
    stale.push(wechat.tokens.forceStable(appId).token);
    wechat.tokens.forceStable(appId);
    t.ok(await run(world), 'replaced: 40001');
    stale.push('garbage');
    t.ok(await run(world), 'never was: 40014');
    stale.push(wechat.tokens.currentStable(appId).token);
    clock.setOffsetMs(8_000_000);
    t.ok(await run(world), 'over: 42001');
    t.strictSame(stale, [], 'all of them were tried');
  }),
);

t.test('-1, 5xx, garbage and a lost answer are repeated where that does no harm, only there', (t) =>
  forEachCall(t, async (t, { run, path, isRepeatable }, world) => {
    for (const fault of [
      { errcode: -1 },
      { status: 502 },
      { corrupt: 'html' as const },
      { corrupt: true },
      { drop: true },
    ]) {
      const id = world.faults.add({ match: { path }, fault, times: 1 });
      const title = JSON.stringify(fault);
      if (isRepeatable) t.ok(await run(world), title);
      else await t.rejects(run(world), { code: 'UPSTREAM_WECHAT_UNAVAILABLE' }, title);
      t.notOk(world.faults.remove(id), `${title} has struck`);
    }
  }),
);

t.test('a WeChat that hangs is a timeout, and nobody knows whether it took effect', (t) =>
  forEachCall(t, async (t, { run, path }, world) => {
    world.faults.add({ match: { path }, fault: { delayMs: 60_000 } });

    await t.rejects(run(world), { code: 'UPSTREAM_WECHAT_TIMEOUT' });
  }),
);

t.test('a limit per second or minute says when to come again, and is not repeated', (t) =>
  forEachCall(t, async (t, { run, path }, world) => {
    for (const [errcode, retryAfterSeconds] of [
      [44990, 1],
      [44991, 60],
      [45011, 60],
    ] as const) {
      const id = world.faults.add({ match: { path }, fault: { errcode } });
      await t.rejects(run(world), {
        code: 'WECHAT_RATE_LIMITED',
        data: { errcode, retryAfterSeconds },
      });
      t.equal(world.faults.list().find((fault) => fault.id === id)?.hits, 1);
      world.faults.remove(id);
    }
  }),
);

t.test('what only an operator can change keeps its number', (t) =>
  forEachCall(t, async (t, { run, path }, world) => {
    world.faults.add({ match: { path }, fault: { errcode: 48001 } });

    await t.rejects(run(world), { code: 'UPSTREAM_WECHAT_REJECTED', data: { errcode: 48001 } });
  }),
);

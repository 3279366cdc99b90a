import { setTimeout as pause } from 'node:timers/promises';
import { wechatCcs } from '@app/contracts';
import { eventually } from '@app/testing';
import t from 'tap';
import { monthSize, startMonth, type Leader } from '../support/month.ts';
import { WXMP } from '../support/start-sandbox.ts';

const { getAccessToken, invalidateAccessToken } = wechatCcs.actions;
const { appId } = WXMP;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const BEIJING_MS = 8 * 3_600_000;
/** A natural token lives two hours; WeChat gives the next one in the last five minutes. */
const PERIOD_MIN_MS = 7_200_000 - 300_000;
/** How long the news of a change may take to reach a node. */
const PROPAGATION_MS = 100;

const between = (min: number, max: number): number => Math.floor(min + Math.random() * (max - min));
const oneOf = <T>(...values: readonly T[]): T => values[between(0, values.length)]!;

t.test(
  'through a month of killed leaders no token handed out is invalid, and none is wasted',
  { timeout: 3_600_000 },
  async (t) => {
    const { call, clock, faults, redis, startLeader, survivor, wechat } = await startMonth(t);
    const startMs = clock.nowMs();
    const endMs = startMs + monthSize.days * DAY_MS;
    const invalid: string[] = [];
    const counts = { handOuts: 0, reports: 0, kills: 0, insideRefresh: 0, slowestMs: 0 };

    /** Asks the node that survives, and looks the answer up in WeChat's own book. */
    const ask = async (): Promise<{ accessToken: string; expiresAt: string }> => {
      const askedAtMs = clock.nowMs();
      const answer = await survivor.call(getAccessToken, { appId }, { nodeId: survivor.nodeId });
      const tookMs = clock.nowMs() - askedAtMs;
      counts.handOuts += 1;
      counts.slowestMs = Math.max(counts.slowestMs, tookMs);
      const validAtMs = tookMs < PROPAGATION_MS ? askedAtMs : clock.nowMs();
      const record = wechat.tokens.find(answer.accessToken);
      if (record === undefined || record.validUntilMs <= validAtMs - PROPAGATION_MS) {
        invalid.push(`${new Date(askedAtMs).toISOString()}, ${tookMs} ms`);
      }
      const leftMs = Date.parse(answer.expiresAt) - clock.nowMs();
      if (leftMs < MINUTE_MS - tookMs) invalid.push(`with ${leftMs} ms to live`);
      return answer;
    };

    const report = async (nodeId: string, accessToken: string): Promise<void> => {
      counts.reports += 1;
      await call(invalidateAccessToken, { appId, accessToken }, { nodeId });
    };

    let leader = await startLeader();
    let spare: Promise<Leader> = startLeader();

    const asLeader = () => call(getAccessToken, { appId }, { nodeId: leader.nodeId });
    const leaveAbout = async (leftMs: number): Promise<void> => {
      const { expiresAt } = await ask();
      clock.advance(Date.parse(expiresAt) - clock.nowMs() - leftMs);
    };

    /** Everything that a leader may be doing when it dies: what comes before, and then the work. */
    const scenes: readonly (() => Promise<() => Promise<unknown>>)[] = [
      () => Promise.resolve(() => Promise.resolve()),
      async () => {
        await leaveAbout(between(70_000, 215_000));
        return asLeader;
      },
      async () => {
        await leaveAbout(between(0, 60_000));
        return asLeader;
      },
      async () => {
        const { accessToken } = await ask();
        return () => report(leader.nodeId, accessToken);
      },
      async () => {
        await report(survivor.nodeId, (await ask()).accessToken);
        clock.advance(40_000);
        // Forced a moment ago: the next force comes without a look at what WeChat gives.
        const { accessToken } = await ask();
        return () => report(leader.nodeId, accessToken);
      },
    ];

    const kill = async (): Promise<void> => {
      const begin = await oneOf(...scenes)();
      const delayMs = between(0, 400);
      const when = oneOf('before', 'after');
      const path = '/cgi-bin/stable_token';
      const fault = faults.add({ match: { path }, fault: { delayMs, when }, times: 2 });
      const work = begin().catch(() => undefined);
      // At any moment, or aimed at a question that WeChat has and has not answered.
      const isAsked = () => faults.list().some(({ id, hits }) => id === fault && hits > 0);
      if (oneOf(true, false)) await eventually(isAsked, { withinMs: 500 }).catch(() => undefined);
      await pause(between(0, 400));
      const lease = `wechat-ccs:lock:refresh-access-token-${appId}`;
      if (await redis.client.hget(lease, 'token')) counts.insideRefresh += 1;
      const dead = leader.process.kill9();
      for (let asked = 0; asked < 5; asked += 1) await ask();
      await dead;
      await work;
      counts.kills += 1;
      faults.remove(fault);
      leader = await spare;
      spare = startLeader();
    };

    /** Another system that uses the app forces a refresh; whoever meets the dead token reports it. */
    const rotateElsewhere = async (): Promise<void> => {
      const { accessToken } = await ask();
      // In the middle of a refresh ahead the one that dies would not be the one we hold.
      if (wechat.tokens.latest(appId, 'stable')?.token !== accessToken) return;
      wechat.tokens.forceStable(appId);
      await report(survivor.nodeId, accessToken);
    };

    const quietStep = async (): Promise<void> => {
      clock.advance(between(2 * MINUTE_MS, 20 * MINUTE_MS));
      const { accessToken } = await ask();
      await call(getAccessToken, { appId }, { nodeId: leader.nodeId });
      const chance = Math.random();
      if (chance < 0.03) await report(oneOf(leader.nodeId, survivor.nodeId), accessToken);
      else if (chance < 0.04) await rotateElsewhere();
      await ask();
    };

    while (clock.nowMs() < endMs || counts.kills < monthSize.kills) {
      const progress = (clock.nowMs() - startMs) / (endMs - startMs);
      if (counts.kills < Math.ceil(progress * monthSize.kills)) await kill();
      else await quietStep();
    }
    await spare;

    const log = wechat.tokenLog.list(appId).filter(({ errcode }) => errcode === 0);
    const forces = log.filter(({ mode }) => mode === 'stable_force');
    const perDay = Object.values(
      Object.groupBy(forces, ({ atMs }) => Math.floor((atMs + BEIJING_MS) / DAY_MS)),
    ).map((entries = []) => entries.length);
    const issued = log.filter((entry) => entry.issued);
    const tooSoon = issued.filter(
      ({ mode, atMs }, index) =>
        mode === 'stable' && atMs - (issued[index - 1]?.atMs ?? -Infinity) < PERIOD_MIN_MS,
    );
    const refused = wechat.tokenLog.list(appId).filter(({ errcode }) => errcode !== 0);
    t.comment({ ...counts, ...monthSize, issued: issued.length, forces: forces.length });
    t.comment({ forcedOnTheWorstDay: Math.max(0, ...perDay), askedInAll: log.length });
    t.strictSame(invalid, [], 'every hand-out was valid');
    t.strictSame(tooSoon, [], 'one refresh per period');
    t.ok(perDay.every((count) => count <= 20));
    t.ok(forces.length <= counts.reports, 'no report led to two forced refreshes');
    t.strictSame(refused, [], 'WeChat never had to refuse one');
    t.equal(counts.kills, monthSize.kills);
    await leader.process.stop();
  },
);

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wechatCcs } from '@app/contracts';
import { eventually, spawnNode, testNamespace, type TestProcess } from '@app/testing';
import type { Test } from 'tap';
import { migratedDatabase, openRedis } from './real-stores.ts';
import { leadClock } from './shared-clock.ts';
import { startSandbox, WXMP } from './start-sandbox.ts';
import { serviceEnv, startCaller, startService } from './start-service.ts';

const { getAccessToken } = wechatCcs.actions;
const { appId } = WXMP;
const main = fileURLToPath(new URL('clocked-node.ts', import.meta.url));

const intEnv = (key: string, fallback: number): number => Number(process.env[key] ?? fallback);

/** The full run takes about five minutes: `TAP_TIMEOUT=2400 MONTH_KILLS=100 MONTH_DAYS=30`. */
export const monthSize = { kills: intEnv('MONTH_KILLS', 4), days: intEnv('MONTH_DAYS', 2) };

export interface Leader {
  readonly nodeId: string;
  readonly process: TestProcess;
}

/** One node that lives as long as the test, and others that are there to be killed. */
export const startMonth = async (t: Test) => {
  const dir = mkdtempSync(join(tmpdir(), 'month-'));
  t.teardown(() => rmSync(dir, { recursive: true }));
  const file = join(dir, 'clock-offset');
  const clock = leadClock(file);
  const { url, wechat, faults, clock: wechatClock } = await startSandbox(t);
  const database = await migratedDatabase(t);
  const namespace = testNamespace();
  const redis = await openRedis(t, namespace);
  const options = { namespace, database, wechatUrl: url, clock };
  const survivor = await startService(t, options);
  const { call } = await startCaller(t, namespace);

  let started = 0;
  const startLeader = async (): Promise<Leader> => {
    started += 1;
    const nodeId = `leader-${started}`;
    const env = { ...serviceEnv(options), NODE_ID: nodeId, LOG_LEVEL: 'error' };
    const process = await spawnNode(main, { scope: t, args: [file], env });
    await eventually(() => call(getAccessToken, { appId }, { nodeId }), { withinMs: 30_000 });
    return { nodeId, process };
  };

  return {
    call,
    faults,
    redis,
    startLeader,
    survivor,
    wechat,
    clock: {
      nowMs: clock.nowMs,
      offsetMs: 0,
      /** Nothing may be under way at the surviving node. */
      advance(ms: number) {
        this.offsetMs += ms;
        wechatClock.setOffsetMs(this.offsetMs);
        clock.move(this.offsetMs);
      },
    },
  };
};

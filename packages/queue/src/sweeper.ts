import type { Host, Part } from '@app/runtime';
import { withSpan } from '@app/runtime';
import { createFencedLock, type Lease, type RedisPart } from '@app/redis';
import { assert } from '@app/kernel';
import { sweeperRecreated, sweeperRuns } from './metrics.ts';

export interface SweeperOptions {
  readonly service: string;
  /** kebab-case, unique in the service. */
  readonly name: string;
  /** About how often all nodes together sweep. */
  readonly everyMs: number;
  /**
   * Looks for rows whose effect is due and whose job may be lost, and makes what is missing (in
   * batches, idempotent). Resolves with how much it made again. `lease.lost` says that another
   * node may have begun.
   */
  readonly sweep: (lease: Pick<Lease, 'fence' | 'lost'>) => Promise<number>;
  /** After how long another node takes over from one that died; default 1.5 × `everyMs`, at least 5 s. */
  readonly leaseMs?: number;
}

/** The first sweep comes soon after the start: that is when something may have been lost. */
const FIRST_WITHIN_MS = 3000;
/** Nodes wake a little apart and not in step with anything else. */
const JITTER = 0.2;
/** Longer than a Redis that hangs is waited for, so that it does not cost the lease. */
const LEASE_MIN_MS = 5000;

type SweeperHost = Pick<Host, 'logger'>;

/**
 * Makes again from rows what Redis lost, on one node at a time. The node that has the lease keeps it
 * from sweep to sweep, so that all nodes together sweep as often as one; the others take over when
 * it stops or dies. A sweep that fails is logged, counted and tried again; nothing stops the loop
 * but `stop`, which waits for the sweep in hand.
 */
export const createSweeper = (
  host: SweeperHost,
  redis: Pick<RedisPart, 'client' | 'role'>,
  options: SweeperOptions,
): Part => {
  const { service, name, everyMs } = options;
  assert(Number.isInteger(everyMs) && everyMs >= 10, `everyMs must be at least 10, got ${everyMs}`);
  const leaseMs = options.leaseMs ?? Math.max(LEASE_MIN_MS, Math.ceil(everyMs * 1.5));
  const lock = createFencedLock(redis, service);
  const labels = { service, sweeper: name };
  let timer: NodeJS.Timeout | undefined;
  let current: Promise<void> = Promise.resolve();
  let lease: Lease | null = null;
  let isStopped = true;

  const sweep = async (held: Lease): Promise<void> => {
    const keeper = setInterval(() => void held.extend().catch(() => false), leaseMs / 3);
    keeper.unref();
    try {
      const recreated = await withSpan(`sweep ${name}`, undefined, () => options.sweep(held), {
        service,
      });
      sweeperRuns.inc({ ...labels, outcome: 'ok' });
      sweeperRecreated.inc(labels, recreated);
      if (recreated > 0) host.logger.warn({ ...labels, recreated }, 'sweeper made lost work again');
    } catch (error) {
      sweeperRuns.inc({ ...labels, outcome: 'failed' });
      host.logger.error({ ...labels, err: error }, 'sweep failed, trying again');
    } finally {
      clearInterval(keeper);
    }
  };

  const runOnce = async (): Promise<void> => {
    try {
      const isOurs = lease !== null && (await lease.extend());
      if (!isOurs) lease = await lock.acquire(`sweep-${name}`, { ttlMs: leaseMs });
    } catch (error) {
      sweeperRuns.inc({ ...labels, outcome: 'locked_out' });
      host.logger.warn(
        { ...labels, err: error },
        'sweeper could not ask for its lock, trying again',
      );
      return;
    }
    if (lease === null) sweeperRuns.inc({ ...labels, outcome: 'skipped' });
    else await sweep(lease);
  };

  const schedule = (delayMs: number): void => {
    if (isStopped) return;
    timer = setTimeout(() => {
      current = runOnce().finally(() => {
        schedule(everyMs * (1 - JITTER + 2 * JITTER * Math.random()));
      });
    }, delayMs);
    timer.unref();
  };

  return {
    name: `sweeper ${service}/${name}`,
    async start() {
      isStopped = false;
      schedule(Math.random() * Math.min(everyMs, FIRST_WITHIN_MS));
      return Promise.resolve();
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await current;
      // The next node need not wait for the lease to end.
      await lease?.release().catch(() => false);
      lease = null;
    },
  };
};

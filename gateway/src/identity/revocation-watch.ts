import type { Revocation } from '@app/contracts';
import type { Clock } from '@app/kernel';
import type { Part } from '@app/runtime';
import { STALE_AFTER_MS, type Revocations } from './revocations.ts';

export interface RevocationPage {
  readonly items: readonly Revocation[];
  /** auth's clock; the next round asks from here. auth looks back further by itself. */
  readonly nowMs: number;
  readonly nextCursor: string | null;
}

/** Asks auth for a page of what was revoked since a moment of auth's clock. */
export type ListRevocations = (
  sinceMs: number,
  cursor: string | undefined,
) => Promise<RevocationPage>;

export interface RevocationWatchOptions {
  readonly revocations: Revocations;
  readonly list: ListRevocations;
  readonly clock: Clock;
  readonly monotonicMs: () => number;
  /** Told once when auth stops answering and once when it is back. */
  readonly onChange: (state: 'current' | 'stale', error: unknown) => void;
  readonly everyMs?: number;
}

/** Hints make a revocation effective at once; this is how often one that got lost is found. */
const EVERY_MS = 500;

/** A page holds 2 000; more than this many pages is a cursor that does not move. */
const PAGES_MAX = 1_000;

const PRUNE_EVERY_POLLS = 60;

/**
 * Keeps `revocations` up to date by asking. The first round asks for everything. It starts without
 * waiting for auth, so that a gateway comes up before its services do.
 */
export const createRevocationWatch = (options: RevocationWatchOptions): Part => {
  const { revocations, list, clock, monotonicMs, onChange, everyMs = EVERY_MS } = options;
  let sinceMs = 0;
  let polls = 0;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  let told: 'current' | 'stale' | undefined;

  const tell = (error: unknown): void => {
    const state = revocations.isCurrent(monotonicMs()) ? 'current' : 'stale';
    if (state !== told) onChange(state, error);
    told = state;
  };

  const poll = async (): Promise<void> => {
    const askedAtMs = monotonicMs();
    try {
      sinceMs = await learnAll(sinceMs, list, revocations);
      // What was revoked after the question is not in the answer, so the question's time counts.
      revocations.confirm(askedAtMs);
      tell(undefined);
    } catch (error) {
      tell(error);
    }
    polls += 1;
    if (polls % PRUNE_EVERY_POLLS === 0) revocations.prune(clock.nowMs());
  };

  const loop = (): void => {
    running = poll().finally(() => {
      if (!stopped) timer = setTimeout(loop, everyMs);
    });
  };

  return {
    name: 'revocations',
    start: () => {
      stopped = false;
      loop();
      return Promise.resolve();
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
    check: () =>
      revocations.isCurrent(monotonicMs())
        ? Promise.resolve()
        : Promise.reject(new Error(`no news about revoked sessions for ${STALE_AFTER_MS} ms`)),
  };
};

/** Takes every page; resolves with the moment from which the next round has to ask. */
const learnAll = async (
  sinceMs: number,
  list: ListRevocations,
  revocations: Revocations,
): Promise<number> => {
  const first = await list(sinceMs, undefined);
  revocations.learn(first.items);
  let cursor = first.nextCursor;
  for (let page = 1; cursor !== null; page += 1) {
    if (page >= PAGES_MAX) throw new Error(`revocations have more than ${PAGES_MAX} pages`);
    const next = await list(sinceMs, cursor);
    revocations.learn(next.items);
    cursor = next.nextCursor;
  }
  return first.nowMs;
};

import type { Clock } from '@app/kernel';
import type { Part } from '@app/runtime';

/** Without news for this long, a gateway no longer claims to know who is signed in. */
export const STALE_AFTER_MS = 5_000;

/** What is kept up to date by asking auth: revocations, the blacklist. */
export interface Learnt<Item> {
  /** Takes what a hint or a poll told; repeating it changes nothing. */
  learn(items: readonly Item[]): void;
  /** Marks that everything up to now is known, as of `atMs` (monotonic). */
  confirm(atMs: number): void;
  /** True when the last confirmation is at most `STALE_AFTER_MS` old. */
  isCurrent(atMs: number): boolean;
  /** Forgets what no longer matters. */
  prune(nowMs: number): void;
}

export interface NewsPage<Item> {
  readonly items: readonly Item[];
  /** auth's clock; the next round asks from here. auth looks back further by itself. */
  readonly nowMs: number;
  readonly nextCursor: string | null;
}

/** Asks auth for a page of what changed since a moment of auth's clock. */
export type ListNews<Item> = (
  sinceMs: number,
  cursor: string | undefined,
) => Promise<NewsPage<Item>>;

export interface NewsWatchOptions<Item> {
  /** For readiness: `revocations`. */
  readonly name: string;
  readonly learnt: Learnt<Item>;
  readonly list: ListNews<Item>;
  readonly clock: Clock;
  readonly monotonicMs: () => number;
  /** Told once when auth stops answering and once when it is back. */
  readonly onChange: (state: 'current' | 'stale', error: unknown) => void;
  readonly everyMs?: number;
}

/** Hints make a change effective at once; this is how often one that got lost is found. */
const EVERY_MS = 500;

/** A page holds 2 000; more than this many pages is a cursor that does not move. */
const PAGES_MAX = 1_000;

const PRUNE_EVERY_POLLS = 60;

/**
 * Keeps `learnt` up to date by asking. The first round asks for everything. It starts without
 * waiting for auth, so that a gateway comes up before its services do.
 */
export const createNewsWatch = <Item>(options: NewsWatchOptions<Item>): Part => {
  const { name, learnt, list, clock, monotonicMs, onChange, everyMs = EVERY_MS } = options;
  let sinceMs = 0;
  let polls = 0;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  let told: 'current' | 'stale' | undefined;

  const tell = (error: unknown): void => {
    const state = learnt.isCurrent(monotonicMs()) ? 'current' : 'stale';
    if (state !== told) onChange(state, error);
    told = state;
  };

  const poll = async (): Promise<void> => {
    const askedAtMs = monotonicMs();
    try {
      sinceMs = await learnAll(sinceMs, list, learnt);
      // What was revoked after the question is not in the answer, so the question's time counts.
      learnt.confirm(askedAtMs);
      tell(undefined);
    } catch (error) {
      tell(error);
    }
    polls += 1;
    if (polls % PRUNE_EVERY_POLLS === 0) learnt.prune(clock.nowMs());
  };

  const loop = (): void => {
    running = poll().finally(() => {
      if (!stopped) timer = setTimeout(loop, everyMs);
    });
  };

  return {
    name,
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
      learnt.isCurrent(monotonicMs())
        ? Promise.resolve()
        : Promise.reject(new Error(`no news about ${name} for ${STALE_AFTER_MS} ms`)),
  };
};

/** Takes every page; resolves with the moment from which the next round has to ask. */
const learnAll = async <Item>(
  sinceMs: number,
  list: ListNews<Item>,
  learnt: Learnt<Item>,
): Promise<number> => {
  const first = await list(sinceMs, undefined);
  learnt.learn(first.items);
  let cursor = first.nextCursor;
  for (let page = 1; cursor !== null; page += 1) {
    if (page >= PAGES_MAX) throw new Error(`there are more than ${PAGES_MAX} pages`);
    const next = await list(sinceMs, cursor);
    learnt.learn(next.items);
    cursor = next.nextCursor;
  }
  return first.nowMs;
};

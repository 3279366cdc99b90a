import { AsyncLocalStorage } from 'node:async_hooks';
import { systemErrors } from '@app/contracts';
import { errorFactory } from '@app/kernel';
import { remainingMs } from '@app/runtime';

/** What became of one item of a batch. */
export type Settled<R> =
  { readonly ok: true; readonly answer: R } | { readonly ok: false; readonly error: unknown };

export interface GroupCommitOptions<C, R> {
  /** Carries out items in order, all in one transaction; one result per item. */
  readonly apply: (items: readonly C[]) => Promise<readonly Settled<R>[]>;
  /** Batches under way at once; those never share a key. */
  readonly lanesMax: number;
  readonly batchMax: number;
  /** More than this do not wait: they are refused. */
  readonly waitingMax: number;
}

export interface GroupCommit<C, R> {
  /** @param keys what the item locks */
  run(item: C, keys: readonly string[]): Promise<R>;
}

interface Waiting<C, R> {
  readonly item: C;
  readonly keys: readonly string[];
  readonly deadline: number;
  readonly resolve: (answer: R) => void;
  readonly reject: (error: unknown) => void;
}

const systemError = errorFactory(systemErrors);

const isUnavailable = (error: unknown): boolean =>
  (error as { readonly code?: unknown } | null)?.code === 'SERVICE_UNAVAILABLE';

/**
 * While a batch is being written, whatever arrives gathers into the next one. Thousands who want the
 * same row then cost one lock and one commit per batch instead of one each, and nobody waits for a
 * timer: alone, an item is written at once. Items that share a key keep their order.
 */
export const createGroupCommit = <C, R>(options: GroupCommitOptions<C, R>): GroupCommit<C, R> => {
  const { apply, lanesMax, batchMax, waitingMax } = options;
  let waiting: Waiting<C, R>[] = [];
  const busy = new Set<string>();
  const lanes = new Set<Promise<void>>();
  let isScheduled = false;
  // A batch is nobody's request: it must not inherit the deadline of whoever happened to come first.
  const outside = AsyncLocalStorage.snapshot();

  /** The oldest whose keys are free. One that has to wait holds its keys back for those after it. */
  const take = (): Waiting<C, R>[] => {
    const batch: Waiting<C, R>[] = [];
    const left: Waiting<C, R>[] = [];
    const heldBack = new Set<string>();
    const now = performance.now();
    for (const [index, entry] of waiting.entries()) {
      if (batch.length >= batchMax) {
        left.push(...waiting.slice(index));
        break;
      }
      if (entry.deadline <= now) {
        entry.reject(systemError('DEADLINE_EXCEEDED', { message: 'waited too long for its turn' }));
      } else if (entry.keys.some((key) => busy.has(key) || heldBack.has(key))) {
        for (const key of entry.keys) heldBack.add(key);
        left.push(entry);
      } else {
        batch.push(entry);
      }
    }
    waiting = left;
    return batch;
  };

  const settle = (batch: readonly Waiting<C, R>[], results: readonly Settled<R>[]): void => {
    for (const [index, { resolve, reject }] of batch.entries()) {
      const result = results[index];
      if (result?.ok === true) resolve(result.answer);
      else reject(result?.error ?? new Error('the batch has no result for this item'));
    }
  };

  /** One item that cannot be written must not take the others with it. */
  const write = async (batch: readonly Waiting<C, R>[]): Promise<void> => {
    try {
      settle(batch, await apply(batch.map(({ item }) => item)));
    } catch (error) {
      if (batch.length === 1 || isUnavailable(error)) {
        for (const { reject } of batch) reject(error);
        return;
      }
      for (const entry of batch) await write([entry]);
    }
  };

  const startLane = (batch: readonly Waiting<C, R>[]): void => {
    const keys = new Set(batch.flatMap((entry) => entry.keys));
    for (const key of keys) busy.add(key);
    const lane = outside(() => write(batch)).finally(() => {
      lanes.delete(lane);
      for (const key of keys) busy.delete(key);
      pump();
    });
    lanes.add(lane);
  };

  const pump = (): void => {
    while (lanes.size < lanesMax && waiting.length > 0) {
      const batch = take();
      if (batch.length === 0) return;
      startLane(batch);
    }
  };

  /** After the current turn of the event loop, so that what arrives together goes together. */
  const schedule = (): void => {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      pump();
    });
  };

  return {
    run: (item, keys) =>
      new Promise<R>((resolve, reject) => {
        if (waiting.length >= waitingMax) {
          reject(systemError('SERVICE_UNAVAILABLE', { message: 'too many wait to be written' }));
          return;
        }
        const deadline = performance.now() + (remainingMs() ?? Infinity);
        waiting.push({ item, keys, deadline, resolve, reject });
        if (lanes.size < lanesMax && !keys.some((key) => busy.has(key))) schedule();
      }),
  };
};

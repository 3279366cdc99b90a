import { unavailable } from '../errors.ts';

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  timer?: NodeJS.Timeout;
}

export interface PermitsOptions {
  /** Whose permits these are, for messages. */
  readonly name: string;
  readonly limit: number;
  /** How many may wait; the next one is refused at once. */
  readonly queueMax: number;
  /** How long one waits at most. */
  readonly waitMaxMs: number;
}

/** So many at a time, a bounded queue for the rest, and nobody waits for ever. */
export interface Permits {
  /**
   * Resolves with the right to use one connection. `urgent` goes to the head of the queue and
   * past its limit (readiness must be answered when the pool is busy).
   */
  take(options?: { readonly urgent?: boolean; readonly waitMs?: number }): Promise<void>;
  give(): void;
  readonly taken: number;
  readonly waiting: number;
  /** Refuses all who wait and all who come. */
  close(): void;
}

export const createPermits = ({ name, limit, queueMax, waitMaxMs }: PermitsOptions): Permits => {
  const queue: Waiter[] = [];
  let taken = 0;
  let closed = false;

  const refusal = (why: string, reason: 'pool' | 'stopped'): Error =>
    unavailable(`mysql ${name}: ${why}`, { reason, outcome: 'not_done' });

  const enqueue = (urgent: boolean, waitMs: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const waiter: Waiter = { resolve, reject };
      waiter.timer = setTimeout(() => {
        queue.splice(queue.indexOf(waiter), 1);
        reject(refusal(`no connection became free within ${waitMs} ms`, 'pool'));
      }, waitMs);
      if (urgent) queue.unshift(waiter);
      else queue.push(waiter);
    });

  return {
    async take({ urgent = false, waitMs = waitMaxMs } = {}) {
      if (closed) throw refusal('is stopped', 'stopped');
      if (taken < limit) {
        taken += 1;
        return;
      }
      if (!urgent && queue.length >= queueMax) {
        throw refusal(`${queue.length} already wait for one of ${limit} connections`, 'pool');
      }
      await enqueue(urgent, waitMs);
    },
    give() {
      const next = queue.shift();
      if (next === undefined) {
        taken -= 1;
        return;
      }
      // The permit passes from hand to hand: `taken` stays as it is.
      clearTimeout(next.timer);
      next.resolve();
    },
    get taken() {
      return taken;
    },
    get waiting() {
      return queue.length;
    },
    close() {
      closed = true;
      for (const waiter of queue.splice(0)) {
        clearTimeout(waiter.timer);
        waiter.reject(refusal('is stopped', 'stopped'));
      }
    },
  };
};

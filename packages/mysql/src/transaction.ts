import { setTimeout as pause } from 'node:timers/promises';
import { backoffMs } from '@app/kernel';
import { remainingMs } from '@app/runtime';
import type { Kysely, Transaction } from 'kysely';
import { isContention, isLostBeforeCommit, unavailable } from './errors.ts';
import type { StoreLogger } from './host.ts';
import { transactionRetries } from './metrics.ts';

/** Called after COMMIT succeeded; its failure is logged and changes nothing. */
export type CommitHook = () => void;

const hooks = new WeakMap<object, Set<CommitHook>>();

/**
 * Calls `hook` once after `tx` committed, however often it is registered, and never when it was
 * rolled back. `false` when `tx` is not one that `Database.transaction` opened.
 */
export const afterCommit = (tx: object, hook: CommitHook): boolean => {
  const registered = hooks.get(tx);
  registered?.add(hook);
  return registered !== undefined;
};

const ATTEMPTS_MAX = 5;
const PAUSE = { attemptsMax: ATTEMPTS_MAX, baseMs: 20, capMs: 400 };

export interface TransactionRunnerOptions {
  readonly service: string;
  readonly logger: StoreLogger;
}

/** Why it may run again, or `undefined`. */
const retryReason = (error: unknown, attempt: number): 'contention' | 'connection' | undefined => {
  if (isContention(error)) return 'contention';
  // A connection that died in the pool shows at its first use; a second one in a row is an outage.
  return attempt === 1 && isLostBeforeCommit(error) ? 'connection' : undefined;
};

/**
 * Runs transactions. Deadlocks and lock waits repeat the whole of `work` (at most five runs, full
 * jitter, and not beyond the request's deadline); so does, once, a connection that broke before
 * COMMIT was sent, because then the server has rolled back. A COMMIT without an answer is never
 * repeated: it fails with `outcome: 'unknown'`.
 */
export const createTransactionRunner = <T>(
  db: Kysely<T>,
  { service, logger }: TransactionRunnerOptions,
): (<R>(work: (tx: Transaction<T>) => Promise<R>) => Promise<R>) => {
  const runHooks = (registered: ReadonlySet<CommitHook>): void => {
    for (const hook of registered) {
      try {
        hook();
      } catch (error) {
        logger.error({ err: error }, 'a hook after commit failed');
      }
    }
  };

  const runOnce = async <R>(work: (tx: Transaction<T>) => Promise<R>): Promise<R> => {
    const registered = new Set<CommitHook>();
    const result = await db.transaction().execute((tx) => {
      hooks.set(tx, registered);
      return work(tx);
    });
    runHooks(registered);
    return result;
  };

  return async (work) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await runOnce(work);
      } catch (error) {
        const reason = retryReason(error, attempt);
        if (reason === undefined) throw error;
        const pauseMs = backoffMs(attempt, PAUSE, Math.random);
        if (attempt >= ATTEMPTS_MAX || pauseMs >= (remainingMs() ?? Infinity)) {
          throw unavailable(`the transaction met others ${attempt} times`, {
            reason: 'contention',
            outcome: 'not_done',
            cause: error,
          });
        }
        transactionRetries.inc({ service, reason });
        logger.debug({ err: error, attempt, reason }, 'transaction runs again');
        await pause(pauseMs);
      }
    }
  };
};

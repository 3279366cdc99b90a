import { setTimeout as pause } from 'node:timers/promises';
import { systemErrors } from '@app/contracts';
import {
  DomainError,
  assert,
  canonicalJson,
  errorFactory,
  sha256Hex,
  type ErrorKind,
} from '@app/kernel';
import { remainingMs, type CallContext, type Caller } from '@app/runtime';
import type { Transaction } from 'kysely';
import type { Database } from '../database.ts';
import { isOutcomeUnknown } from '../errors.ts';
import { purgeIdempotency } from '../housekeeping.ts';
import type { StoreHost } from '../host.ts';
import { idempotencyOutcomes } from '../metrics.ts';
import type { CoreTables } from '../tables.ts';
import { keepLease } from './lease.ts';
import { createIdempotencyStore, type Claim, type KeyScope } from './store.ts';

const systemError = errorFactory(systemErrors);

/** What an effect gets. */
export interface Operation<T extends CoreTables, R> {
  /**
   * What the effect is known by to others (order number's source, upstream's idempotency key). The
   * same when the effect is run again after a crash or an unclear failure.
   */
  readonly operationId: string;
  /**
   * Stores the answer in the transaction of the effect: both commit or neither does. Call it last in
   * `tx`. An effect without a transaction leaves it out; its answer is stored when it returns.
   */
  readonly complete: (tx: Transaction<T>, result: R) => Promise<void>;
}

/** As much of a call as decides whose key it is. */
export type IdempotentCall = Pick<CallContext, 'caller' | 'idempotencyKey'> & {
  readonly action: Pick<CallContext['action'], 'name'>;
};

/** Answers by `Idempotency-Key`, kept for 24 h in MySQL. */
export interface Idempotency<T extends CoreTables> {
  /**
   * Runs `execute` once per caller, action and key, and gives everybody who repeats the request the
   * first answer, byte for byte. Without a key it simply runs.
   *
   * - same key, other params: `IDEMPOTENCY_KEY_REUSED`;
   * - still running elsewhere: waits, then `IDEMPOTENCY_IN_PROGRESS`;
   * - the process that ran it died: after the lease (15 s) the next repeat runs it again, with the
   *   same operation id; if the effect had committed, its answer was stored with it;
   * - it failed with a final error (invalid, conflict, not found …): the key is free again;
   * - it failed otherwise (unavailable, bug): the next repeat runs it with the same operation id.
   */
  run<R>(
    call: IdempotentCall,
    params: unknown,
    execute: (operation: Operation<T, R>) => Promise<R>,
  ): Promise<R>;
  /** Removes keys older than 24 h; resolves with how many. */
  purge(): Promise<number>;
}

export interface IdempotencyOptions {
  /** How long a claim lasts without a sign of life. Default 15 s. */
  readonly leaseMs?: number;
  /** How long a repeat waits for the first to end. Default 4 s, and not beyond the request's deadline. */
  readonly waitMaxMs?: number;
  /** How long answers are kept. Default 24 h. */
  readonly keepMs?: number;
}

/** After these the effect may have happened in part (an upstream that timed out): keep its operation id. */
const UNCLEAR: ReadonlySet<ErrorKind> = new Set([
  'internal',
  'unavailable',
  'upstream',
  'upstream_timeout',
  'request_timeout',
]);

const isFinal = (error: unknown): boolean =>
  error instanceof DomainError && !UNCLEAR.has(error.kind);

/** `user:<id>`, `admin:<id>`, `service:<name>`, or the kind alone where there is no more to tell. */
const callerName = (caller: Caller): string => {
  switch (caller.kind) {
    case 'user':
      return `user:${caller.userId}`;
    case 'admin':
      return `admin:${caller.adminId}`;
    case 'service':
      return `service:${caller.name}`;
    case 'internal':
    case 'callback':
    case 'public':
      return caller.kind;
  }
};

const RESULT_BYTES_MAX = 1024 * 1024;
const POLL_MS_MIN = 25;
const POLL_MS_MAX = 250;
/** Time to read the answer and send it on before the caller gives up. */
const DEADLINE_MARGIN_MS = 200;

const toText = (result: unknown): string => {
  const text = JSON.stringify(result ?? null);
  assert(
    Buffer.byteLength(text) <= RESULT_BYTES_MAX,
    'an answer kept by idempotency key is over 1 MiB',
  );
  return text;
};

type Turn =
  | { readonly kind: 'answer'; readonly text: string }
  | { readonly kind: 'mine'; readonly claim: Claim };

export const createIdempotency = <T extends CoreTables>(
  db: Database<T>,
  host: StoreHost,
  options: IdempotencyOptions = {},
): Idempotency<T> => {
  const { leaseMs = 15_000, waitMaxMs = 4_000, keepMs = 24 * 60 * 60 * 1000 } = options;
  const store = createIdempotencyStore(db, { leaseMs, keepMs });
  const count = (outcome: string): void => {
    idempotencyOutcomes.inc({ service: db.service, outcome });
  };

  /** One look at the row, and a try to become the one who runs it. `undefined`: look again later. */
  const tryTurn = async (
    scope: KeyScope,
    requestHash: string,
  ): Promise<Turn | undefined | 'again'> => {
    const found = await store.find(scope, requestHash);
    switch (found.kind) {
      case 'done':
        return { kind: 'answer', text: found.text };
      case 'other_request':
        count('reused');
        throw systemError('IDEMPOTENCY_KEY_REUSED');
      case 'running':
        return undefined;
      case 'expired':
        await store.expire(scope);
        return 'again';
      case 'absent': {
        const claim = { ...scope, claimId: host.ids.next(), operationId: host.ids.next() };
        return (await store.start(claim, requestHash)) ? { kind: 'mine', claim } : 'again';
      }
      case 'abandoned': {
        const claim = { ...scope, claimId: host.ids.next(), operationId: found.operationId };
        if (!(await store.takeOver(claim, found.claimId))) return 'again';
        count('taken_over');
        return { kind: 'mine', claim };
      }
    }
  };

  const awaitTurn = async (
    scope: KeyScope,
    requestHash: string,
    untilMs: number,
  ): Promise<Turn> => {
    for (let pollMs = POLL_MS_MIN; ; pollMs = Math.min(pollMs * 1.5, POLL_MS_MAX)) {
      const turn = await tryTurn(scope, requestHash);
      if (turn !== undefined && turn !== 'again') return turn;
      if (performance.now() >= untilMs) {
        count('in_progress');
        throw systemError('IDEMPOTENCY_IN_PROGRESS');
      }
      if (turn === undefined) await pause(pollMs * (0.5 + Math.random()));
    }
  };

  /** The answer in the row, when it is there. */
  const storedAnswer = async (
    scope: KeyScope,
    requestHash: string,
  ): Promise<string | undefined> => {
    const found = await store.find(scope, requestHash);
    return found.kind === 'done' ? found.text : undefined;
  };

  /** After a COMMIT without an answer: did it take effect? The row says so, once the store is back. */
  const resolveUnknown = async (claim: Claim, requestHash: string): Promise<string | undefined> => {
    for (const pauseMs of [0, 200, 500]) {
      await pause(pauseMs);
      const text = await storedAnswer(claim, requestHash).catch(() => undefined);
      if (text !== undefined) return text;
    }
    return undefined;
  };

  const settleFailure = async (claim: Claim, error: unknown): Promise<void> => {
    // The server may still be committing: only the end of the lease is a safe moment to run again.
    if (isOutcomeUnknown(error)) return;
    const settled = isFinal(error) ? store.forget(claim) : store.abandon(claim);
    await settled.catch((cause: unknown) => {
      host.logger.warn(
        { err: cause },
        'an idempotency key could not be released, its lease will end',
      );
    });
  };

  /** Runs the effect under the claim. `undefined`: the claim was lost, another one answers. */
  const runClaimed = async <R>(
    claim: Claim,
    requestHash: string,
    execute: (operation: Operation<T, R>) => Promise<R>,
  ): Promise<string | undefined> => {
    const lease = keepLease(() => store.refresh(claim), leaseMs, host.logger);
    const seen: { completed: boolean; lost: boolean } = { completed: false, lost: false };
    const operation: Operation<T, R> = {
      operationId: claim.operationId,
      async complete(tx, result) {
        seen.completed = true;
        if (await store.complete(claim, toText(result), tx)) return;
        seen.lost = true;
        throw systemError('IDEMPOTENCY_IN_PROGRESS', {
          message: 'another process took this request over',
        });
      },
    };
    try {
      const result = await execute(operation);
      const stored = seen.completed ? await storedAnswer(claim, requestHash) : undefined;
      if (stored !== undefined) return stored;
      const text = toText(result);
      return (await store.complete(claim, text)) ? text : undefined;
    } catch (error) {
      if (seen.lost) return undefined;
      const text = isOutcomeUnknown(error) ? await resolveUnknown(claim, requestHash) : undefined;
      if (text !== undefined) return text;
      await settleFailure(claim, error);
      throw error;
    } finally {
      lease.stop();
    }
  };

  const runKeyed = async <R>(
    scope: KeyScope,
    requestHash: string,
    execute: (operation: Operation<T, R>) => Promise<R>,
  ): Promise<R> => {
    const waitMs = Math.min(waitMaxMs, (remainingMs() ?? Infinity) - DEADLINE_MARGIN_MS);
    const untilMs = performance.now() + waitMs;
    for (;;) {
      const turn = await awaitTurn(scope, requestHash, untilMs);
      if (turn.kind === 'answer') {
        count('replayed');
        return JSON.parse(turn.text) as R;
      }
      const text = await runClaimed(turn.claim, requestHash, execute);
      if (text !== undefined) {
        count('executed');
        return JSON.parse(text) as R;
      }
    }
  };

  return {
    async run(call, params, execute) {
      const { idempotencyKey: key } = call;
      if (key === undefined) {
        return await execute({ operationId: host.ids.next(), complete: () => Promise.resolve() });
      }
      const scope = { caller: callerName(call.caller), action: call.action.name, key };
      return await runKeyed(scope, sha256Hex(canonicalJson(params)), execute);
    },
    purge: () => purgeIdempotency(db, keepMs),
  };
};

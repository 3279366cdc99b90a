import { DomainError } from '@app/kernel';

/** The numbers that MySQL and MariaDB give failures, as far as we decide by them. */
const errno = {
  lockWaitTimeout: 1205,
  deadlock: 1213,
  duplicateKey: 1062,
  unsupportedPrepare: 1295,
  unknownStatement: 1243,
  needsReprepare: 1615,
  preparedStatementsMax: 1461,
  statementTimeoutMariadb: 1969,
  statementTimeoutMysql: 3024,
} as const;

/**
 * The server ended the session, or will: shutdown, kill, aborted or idle connection (MySQL's and
 * MariaDB's numbers), or it became read-only, which is what a demoted primary says.
 */
const SESSION_ENDED = new Set([
  1053, 1077, 1079, 1080, 1152, 1158, 1159, 1160, 1161, 1927, 3169, 4031, 1290, 1792, 1836,
]);

const NETWORK_CODES = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_UNEXPECTED_PACKET',
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

interface MysqlError extends Error {
  readonly errno?: number;
  readonly code?: string;
  readonly fatal?: boolean;
}

const asMysql = (error: unknown): MysqlError | undefined =>
  error instanceof Error ? error : undefined;

const hasErrno = (error: unknown, ...numbers: readonly number[]): boolean =>
  numbers.includes(asMysql(error)?.errno ?? 0);

/** Nothing was sent: the connection was already closed when the statement reached it. */
export const isNotSent = (error: unknown): boolean =>
  error instanceof Error && error.message.includes('when connection is in closed state');

/** The connection is gone or no longer to be trusted. */
export const isConnectionError = (error: unknown): boolean => {
  const failure = asMysql(error);
  if (failure === undefined) return false;
  return (
    failure.fatal === true ||
    NETWORK_CODES.has(failure.code ?? '') ||
    SESSION_ENDED.has(failure.errno ?? 0)
  );
};

/** The client gave up waiting for the answer; what the server did is not known. */
export class StatementTimeout extends Error {
  override readonly name = 'StatementTimeout';
}

/** The server ended the statement because it ran too long; the statement has no effect. */
export const isServerTimeout = (error: unknown): boolean =>
  hasErrno(error, errno.statementTimeoutMariadb, errno.statementTimeoutMysql);

export const isDeadlock = (error: unknown): boolean => hasErrno(error, errno.deadlock);

/** Another transaction was in the way: the whole of ours may be run again. */
export const isContention = (error: unknown): boolean =>
  hasErrno(error, errno.deadlock, errno.lockWaitTimeout);

/** The statement could not be prepared but may well run as text. */
export const isPrepareRefused = (error: unknown): boolean =>
  hasErrno(
    error,
    errno.unsupportedPrepare,
    errno.preparedStatementsMax,
    errno.unknownStatement,
    errno.needsReprepare,
  );

/**
 * True when a unique key refused a row.
 *
 * @param index the index it has to be (`uk_user_phone`); any when left out. MySQL names it
 * `table.index`, MariaDB `index`: both are recognised.
 */
export const isDuplicateKey = (error: unknown, index?: string): boolean => {
  if (!hasErrno(error, errno.duplicateKey)) return false;
  if (index === undefined) return true;
  const name = /for key '(?:[^']*\.)?([^'.]+)'$/.exec(asMysql(error)?.message ?? '')?.[1];
  return name === index;
};

/** Why the store could not do it. */
export type StoreReason = 'connect' | 'connection' | 'pool' | 'timeout' | 'contention' | 'stopped';

/**
 * `not_done`: the statement or transaction has no effect. `unknown`: it may or may not have one;
 * look at the rows before doing it again.
 */
export type StoreOutcome = 'not_done' | 'unknown';

/** MySQL could not do it now: `SERVICE_UNAVAILABLE` with `data {store, reason, outcome}`. */
export const unavailable = (
  message: string,
  detail: {
    readonly reason: StoreReason;
    readonly outcome: StoreOutcome;
    readonly cause?: unknown;
  },
): DomainError =>
  new DomainError('SERVICE_UNAVAILABLE', 'unavailable', {
    message,
    data: { store: 'mysql', reason: detail.reason, outcome: detail.outcome },
    cause: detail.cause,
  });

const storeData = (error: unknown): { readonly reason?: unknown; readonly outcome?: unknown } =>
  error instanceof DomainError && error.data?.['store'] === 'mysql' ? error.data : {};

/** A transaction whose COMMIT (or a single write whose answer) got lost: it may have taken effect. */
export const isOutcomeUnknown = (error: unknown): boolean => storeData(error).outcome === 'unknown';

/** The connection broke before COMMIT was sent, so the server rolled back: safe to run again. */
export const isLostBeforeCommit = (error: unknown): boolean => {
  const { reason, outcome } = storeData(error);
  return reason === 'connection' && outcome === 'not_done';
};

import { runStatement, type RawConnection } from './statement.ts';

export interface SessionOptions {
  /** The server ends a statement that runs longer (MySQL: only SELECT). 0 = never. */
  readonly statementTimeoutMs: number;
  /** How long a row lock is waited for, seconds. */
  readonly lockWaitSeconds: number;
  /** How long a table's metadata lock is waited for, seconds; the server's default is a day or more. */
  readonly tableLockWaitSeconds: number;
  /** The server ends the session after so long without a statement, seconds. */
  readonly idleSeconds: number;
}

export const sessionDefaults: SessionOptions = {
  statementTimeoutMs: 10_000,
  lockWaitSeconds: 5,
  tableLockWaitSeconds: 10,
  idleSeconds: 28_800,
};

/**
 * Comments `/*M! …` are run by MariaDB only, `/*!80000 …` by MySQL 8 only (MariaDB ignores version
 * numbers from 50700 on), so one text serves both.
 */
const sessionVariables = (options: SessionOptions): string =>
  [
    `set session time_zone = '+00:00'`,
    // Strict for every engine: what does not fit is an error, never a truncation or a zero date.
    `sql_mode = 'TRADITIONAL,ONLY_FULL_GROUP_BY'`,
    `innodb_lock_wait_timeout = ${options.lockWaitSeconds}`,
    `lock_wait_timeout = ${options.tableLockWaitSeconds}`,
    `wait_timeout = ${options.idleSeconds}`,
  ].join(', ') +
  ` /*M! , max_statement_time = ${options.statementTimeoutMs / 1000} */` +
  ` /*!80000 , max_execution_time = ${options.statementTimeoutMs} */`;

/**
 * Why READ COMMITTED and not the default REPEATABLE READ: our transitions are compare-and-set
 * updates and "insert, on duplicate read the other's row", and both must see what others have
 * committed meanwhile, not a snapshot from the transaction's start. It also takes no gap locks, the
 * commonest cause of deadlocks between inserts. Needs row-based or mixed binary logs, the default
 * of both servers.
 */
const ISOLATION = 'set session transaction isolation level read committed';

/** Gives a new connection the settings that all our SQL relies on. */
export const prepareSession = async (
  raw: RawConnection,
  options: SessionOptions,
): Promise<void> => {
  const statement = { prepared: false, timeoutMs: 5_000 };
  await runStatement(raw, sessionVariables(options), [], statement);
  await runStatement(raw, ISOLATION, [], statement);
};

import type { FieldPacket, PoolConnection, QueryError } from 'mysql2';
import { StatementTimeout, isPrepareRefused } from '../errors.ts';
import { toBinaryParameter, toTextParameter } from './parameters.ts';

/** The connection as mysql2 gives it. */
export type RawConnection = PoolConnection;

/** What a statement answers: rows, or what a write did. */
export interface StatementResult {
  readonly rows: readonly unknown[];
  readonly insertId?: bigint;
  readonly affectedRows?: bigint;
  readonly changedRows?: bigint;
}

export interface StatementOptions {
  readonly timeoutMs: number;
  /** Prepared on the server and kept there for the next time; else sent as text, one round trip. */
  readonly prepared: boolean;
}

/** MYSQL_TYPE_LONGLONG in the protocol: `bigint` columns and integer expressions. */
const LONGLONG = 8;

/** mysql2 reads an unsafe `bigint` as text. Nobody asked for text, and rounding money is worse. */
const refuseUnsafeIntegers = (rows: readonly unknown[], fields: readonly FieldPacket[]): void => {
  for (const field of fields) {
    if (field.columnType !== LONGLONG) continue;
    for (const row of rows as readonly Readonly<Record<string, unknown>>[]) {
      if (typeof row[field.name] === 'string') {
        throw new RangeError(
          `column ${field.name} holds ${String(row[field.name])}: beyond 2^53 - 1`,
        );
      }
    }
  }
};

interface WriteHeader {
  readonly insertId?: number | string;
  readonly affectedRows?: number;
  readonly changedRows?: number;
}

const toResult = (answer: unknown, fields: readonly FieldPacket[] | undefined): StatementResult => {
  if (Array.isArray(answer)) {
    if (fields !== undefined) refuseUnsafeIntegers(answer, fields);
    return { rows: answer };
  }
  const header = (answer ?? {}) as WriteHeader;
  const insertId = BigInt(header.insertId ?? 0);
  return {
    rows: [],
    ...(insertId === 0n ? {} : { insertId }),
    ...(header.affectedRows === undefined ? {} : { affectedRows: BigInt(header.affectedRows) }),
    ...(header.changedRows === undefined ? {} : { changedRows: BigInt(header.changedRows) }),
  };
};

type Answer = (error: QueryError | null, result: unknown, fields?: readonly FieldPacket[]) => void;

const send = (
  raw: RawConnection,
  sql: string,
  parameters: readonly unknown[],
  { timeoutMs, prepared }: StatementOptions,
): Promise<StatementResult> =>
  new Promise((resolve, reject) => {
    const values = parameters.map(prepared ? toBinaryParameter : toTextParameter);
    const timer = setTimeout(() => {
      // The answer may still come: this connection cannot be used for anything else.
      raw.destroy();
      reject(new StatementTimeout(`no answer from the server within ${timeoutMs} ms`));
    }, timeoutMs);
    const answer: Answer = (error, result, fields) => {
      clearTimeout(timer);
      if (error !== null) {
        reject(error);
        return;
      }
      try {
        resolve(toResult(result, fields));
      } catch (unreadable) {
        reject(unreadable instanceof Error ? unreadable : new Error(String(unreadable)));
      }
    };
    if (prepared) raw.execute(sql, values as never[], answer as never);
    else raw.query(sql, values, answer as never);
  });

/**
 * Runs one statement. Rejects with mysql2's error (whose `sql` is the text with placeholders, so
 * that values do not reach a log), with `StatementTimeout`, or with a `RangeError` when a `bigint`
 * does not fit a number.
 */
export const runStatement = async (
  raw: RawConnection,
  sql: string,
  parameters: readonly unknown[],
  options: StatementOptions,
): Promise<StatementResult> => {
  try {
    return await send(raw, sql, parameters, options);
  } catch (error) {
    if (options.prepared && isPrepareRefused(error)) {
      return await runStatement(raw, sql, parameters, { ...options, prepared: false });
    }
    if (error instanceof Error) {
      if ('sql' in error) (error as { sql: string }).sql = sql;
      // Made in a socket callback, its stack names nobody of ours; this one names who awaits.
      if (error.stack !== undefined) Error.captureStackTrace(error);
    }
    throw error;
  }
};

import { SpanKind, trace } from '@opentelemetry/api';
import { withSpan } from '@app/runtime';
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import {
  StatementTimeout,
  isConnectionError,
  isContention,
  isDeadlock,
  isNotSent,
  isServerTimeout,
  unavailable,
} from '../errors.ts';
import { outcomesUnknown, statementDuration } from '../metrics.ts';
import type { ConnectionSource } from '../pool/pool.ts';
import { runStatement, type RawConnection, type StatementResult } from '../pool/statement.ts';

export interface DriverOptions {
  /** For metrics and spans. */
  readonly service: string;
  readonly schema: string;
  /** How long the client waits for an answer; above the server's own limit, so that one decides first. */
  readonly answerTimeoutMs: number;
  /** False: everything as text (the migrator's DDL). */
  readonly prepare: boolean;
  /** Told every statement before it runs; for tests that look at the SQL. */
  readonly onStatement?: ((sql: string) => void) | undefined;
}

type Kind = 'select' | 'insert' | 'update' | 'delete' | 'raw' | 'ddl';

const KINDS: Readonly<Record<string, Kind>> = {
  SelectQueryNode: 'select',
  InsertQueryNode: 'insert',
  UpdateQueryNode: 'update',
  DeleteQueryNode: 'delete',
  RawNode: 'raw',
};

const kindOf = (query: CompiledQuery): Kind => KINDS[query.query.kind] ?? 'ddl';

/**
 * Preparing pays for what comes again with the same text. A statement with very many parameters is
 * a list whose length differs every time: it would push the useful ones out of the cache.
 */
const PREPARED_PARAMETERS_MAX = 64;

/** A deadlock of a single statement is a deadlock of its own whole transaction: run it again. */
const DEADLOCK_ATTEMPTS_MAX = 3;

/** One connection while Kysely holds it; knows whether a transaction is open and still sound. */
export class MysqlConnection implements DatabaseConnection {
  readonly #source: ConnectionSource;
  readonly #options: DriverOptions;
  #raw: RawConnection;
  #used = false;
  #inTransaction = false;
  #broken = false;
  /** False between giving back a dead connection and getting a new one. */
  #held = true;
  /** Why the open transaction can only be rolled back. */
  #doom: Error | undefined;

  constructor(source: ConnectionSource, raw: RawConnection, options: DriverOptions) {
    this.#source = source;
    this.#raw = raw;
    this.#options = options;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const kind = kindOf(query);
    this.#options.onStatement?.(query.sql);
    const startedMs = performance.now();
    try {
      const result = await this.#traced(kind, query);
      return toQueryResult<R>(result);
    } finally {
      const seconds = (performance.now() - startedMs) / 1000;
      statementDuration.observe({ service: this.#options.service, kind }, seconds);
    }
  }

  // eslint-disable-next-line require-yield -- the interface asks for it
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('results are not streamed: read them page by page, by key');
  }

  async begin(isolation: string | undefined): Promise<void> {
    if (isolation !== undefined)
      await this.#control(`set transaction isolation level ${isolation}`);
    await this.#control('start transaction');
    this.#inTransaction = true;
  }

  /**
   * Rejects when the transaction is not known to be committed. A deadlock found at commit means
   * rolled back and comes as it is; anything else leaves the outcome unknown.
   */
  async commit(): Promise<void> {
    if (this.#doom !== undefined) throw this.#doom;
    try {
      await this.#send('commit', [], false);
      this.#inTransaction = false;
    } catch (error) {
      this.#broken = true;
      if (isContention(error)) throw error;
      outcomesUnknown.inc({ service: this.#options.service });
      throw unavailable('the answer to COMMIT got lost: the transaction may have taken effect', {
        reason: 'connection',
        outcome: 'unknown',
        cause: error,
      });
    }
  }

  /** Never rejects: a connection that cannot roll back is closed, which rolls back as well. */
  async rollback(): Promise<void> {
    this.#inTransaction = false;
    this.#doom = undefined;
    if (this.#broken) return;
    try {
      await this.#send('rollback', [], false);
    } catch {
      this.#broken = true;
    }
  }

  giveBack(): void {
    if (!this.#held) return;
    this.#held = false;
    if (this.#broken || this.#inTransaction) this.#source.discard(this.#raw);
    else this.#source.release(this.#raw);
  }

  #traced(kind: Kind, query: CompiledQuery): Promise<StatementResult> {
    // Only inside a request: the relay's polling would be a trace twice a second.
    if (trace.getActiveSpan() === undefined) return this.#run(kind, query);
    const attributes = () => ({
      'db.system.name': 'mysql',
      'db.namespace': this.#options.schema,
      // Placeholders only: values stay out of traces.
      'db.query.text': query.sql.slice(0, 2_000),
    });
    return withSpan(`mysql ${kind}`, attributes, () => this.#run(kind, query), {
      kind: SpanKind.CLIENT,
    });
  }

  async #run(kind: Kind, query: CompiledQuery): Promise<StatementResult> {
    if (this.#doom !== undefined) throw this.#doom;
    const first = !this.#used;
    this.#used = true;
    const prepared =
      this.#options.prepare && kind !== 'ddl' && query.parameters.length <= PREPARED_PARAMETERS_MAX;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#send(query.sql, query.parameters, prepared);
      } catch (error) {
        if (!(await this.#repaired(error, { first, kind, attempt })))
          throw this.#explain(error, kind);
      }
    }
  }

  /** True when the same statement may be sent again. Inside a transaction never: the whole of it is repeated. */
  async #repaired(
    error: unknown,
    { first, kind, attempt }: { first: boolean; kind: Kind; attempt: number },
  ): Promise<boolean> {
    if (this.#inTransaction) return false;
    if (isDeadlock(error)) return attempt < DEADLOCK_ATTEMPTS_MAX;
    // Not the first statement: the lost session may have held locks that the caller counts on.
    const harmless = kind === 'select' || isNotSent(error);
    if (!first || attempt > 1 || !harmless || !isConnectionError(error)) return false;
    this.#held = false;
    this.#source.discard(this.#raw);
    this.#raw = await this.#source.acquire();
    this.#held = true;
    this.#broken = false;
    return true;
  }

  async #control(sql: string): Promise<void> {
    this.#used = true;
    try {
      await this.#send(sql, [], false);
    } catch (error) {
      throw this.#explain(error, 'select');
    }
  }

  async #send(
    sql: string,
    parameters: readonly unknown[],
    prepared: boolean,
  ): Promise<StatementResult> {
    try {
      return await runStatement(this.#raw, sql, parameters, {
        prepared,
        timeoutMs: this.#options.answerTimeoutMs,
      });
    } catch (error) {
      if (isConnectionError(error) || error instanceof StatementTimeout) this.#broken = true;
      throw error;
    }
  }

  /**
   * Gives a failure of the store its `DomainError`; a failure of the statement stays as it is. In a
   * transaction it also decides whether the transaction can go on: after a deadlock the server has
   * rolled it back, and a statement sent now would run on its own and commit by itself.
   */
  #explain(error: unknown, kind: Kind): Error {
    const failure = this.#toFailure(error, kind);
    if (this.#inTransaction && (failure !== error || isContention(error))) this.#doom = failure;
    return failure;
  }

  #toFailure(error: unknown, kind: Kind): Error {
    const lost = isConnectionError(error);
    const harmless = this.#inTransaction || kind === 'select';
    if (lost || error instanceof StatementTimeout) {
      const outcome = harmless ? 'not_done' : 'unknown';
      if (!harmless) outcomesUnknown.inc({ service: this.#options.service });
      return unavailable(lost ? 'the connection to mysql broke' : 'mysql did not answer in time', {
        reason: lost ? 'connection' : 'timeout',
        outcome,
        cause: error,
      });
    }
    if (isServerTimeout(error)) {
      return unavailable('mysql ended a statement that ran too long', {
        reason: 'timeout',
        outcome: 'not_done',
        cause: error,
      });
    }
    return error instanceof Error ? error : new Error(String(error));
  }
}

const toQueryResult = <R>(result: StatementResult): QueryResult<R> => ({
  rows: result.rows as R[],
  ...(result.insertId === undefined ? {} : { insertId: result.insertId }),
  ...(result.affectedRows === undefined ? {} : { numAffectedRows: result.affectedRows }),
  ...(result.changedRows === undefined ? {} : { numChangedRows: result.changedRows }),
});

import type { ColumnType, Generated } from 'kysely';

/** A `datetime(3)` column: a `Date` in UTC both ways (`toSqlTime`, `fromSqlTime`). */
export type SqlTime = Date;

/** Facts that wait to be published, and for seven days those that were. */
export interface OutboxTable {
  /** The order of publication within the schema. */
  readonly id: Generated<number>;
  /** The fact's id: message id in JetStream, key of every consumer's inbox. */
  readonly event_id: string;
  /** `<service>.<factInPastTense>` */
  readonly fact: string;
  /** JSON as text: kept byte for byte, which a JSON column does not promise. */
  readonly payload: string;
  readonly occurred_at: SqlTime;
  readonly traceparent: string | null;
  readonly request_id: string | null;
  readonly published_at: ColumnType<SqlTime | null, SqlTime | null | undefined, SqlTime | null>;
}

/** Facts that took effect here: one row per consumer and fact, written with the effect. */
export interface InboxTable {
  readonly consumer: string;
  readonly event_id: string;
  readonly handled_at: SqlTime;
}

/** Requests with an `Idempotency-Key`, and their answers. */
export interface IdempotencyKeyTable {
  /** `user:<id>`, `admin:<id>`, `service:<name>` … */
  readonly caller: string;
  /** The action's name. */
  readonly action: string;
  readonly idem_key: string;
  /** SHA-256 of the params as canonical JSON. */
  readonly request_hash: string;
  /** What the effect is known by elsewhere; survives a take-over. */
  readonly operation_id: string;
  readonly state: 'started' | 'done';
  /** Who runs it now; changes with each take-over, so that only one can complete it. */
  readonly claim_id: string;
  readonly lease_until: SqlTime;
  /** The answer as JSON text, byte for byte what was given first. */
  readonly result: string | null;
  readonly created_at: SqlTime;
}

/** The tables that the migrator puts into every service's schema. A service's `Tables` extends this. */
export interface CoreTables {
  readonly outbox: OutboxTable;
  readonly inbox: InboxTable;
  readonly idempotency_key: IdempotencyKeyTable;
}

/** The columns of a row in a form that can be compared with the database (see `introspect`). */
export type ColumnsOf<Tables> = {
  readonly [Table in keyof Tables]: { readonly [Column in keyof Tables[Table]]: string };
};

/** What `introspect` finds for the core tables, on MySQL and MariaDB alike. */
export const coreColumns = {
  outbox: {
    id: 'bigint unsigned',
    event_id: 'char(26)',
    fact: 'varchar(100)',
    payload: 'mediumtext',
    occurred_at: 'datetime(3)',
    traceparent: 'varchar(64) null',
    request_id: 'varchar(64) null',
    published_at: 'datetime(3) null',
  },
  inbox: {
    consumer: 'varchar(100)',
    event_id: 'char(26)',
    handled_at: 'datetime(3)',
  },
  idempotency_key: {
    caller: 'varchar(64)',
    action: 'varchar(100)',
    idem_key: 'varchar(64)',
    request_hash: 'char(64)',
    operation_id: 'char(26)',
    state: 'varchar(8)',
    claim_id: 'char(26)',
    lease_until: 'datetime(3)',
    result: 'mediumtext null',
    created_at: 'datetime(3)',
  },
} as const satisfies ColumnsOf<CoreTables>;

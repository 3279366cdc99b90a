import type { Revocation } from '@app/contracts';
import type { AuditEntry, AuditHead, AuditRecord } from './domain/admin/audit-chain.ts';
import type { BlockEntry } from './domain/admin/block.ts';
import type { Decided } from './domain/admin/changes.ts';
import type { Directory } from './domain/admin/directory.ts';
import type { AttemptScope } from './domain/admin/login-throttle.ts';
import type { AuthFact } from './domain/auth-fact.ts';
import type { RefreshToken, TokenFamily } from './domain/refresh-token.ts';
import type { Ended, Session } from './domain/session.ts';

/** What a transaction writes, and the facts it makes true. */
export interface SessionChange {
  readonly newSession?: Session;
  readonly newToken?: RefreshToken;
  /** New states of sessions that `change` was given. */
  readonly sessions?: readonly Session[];
  /** The presented token, spent. */
  readonly spentToken?: RefreshToken;
  readonly revocations?: readonly Revocation[];
  readonly facts?: readonly AuthFact[];
}

/** What a new session must take into account. */
export interface SessionsOfUser {
  /** Those that were not revoked; the oldest may have expired. */
  readonly sessions: readonly Session[];
  /** Tokens of this user issued up to then are dead; null when nothing was revoked lately. */
  readonly revokedUpToMs: number | null;
}

/** A transaction of the storage, opaque to everybody but the repository it is handed to. */
export type TransactionScope = unknown;

/**
 * Sessions with their refresh tokens and revocations. Every `change` is pure, may run more than
 * once (deadlock), and what it returns is written in one transaction or not at all: its facts
 * become durable exactly then. When it throws nothing is written, so a refusal that must leave a
 * trace (a reused token) is returned as a result, not thrown.
 */
export interface SessionRepository {
  /** Adds a session (and ends those that became too many). */
  start<R>(
    userId: string,
    change: (current: SessionsOfUser) => { readonly change: SessionChange; readonly result: R },
  ): Promise<R>;
  /**
   * Under the lock of the token's session: callers with tokens of one family go one by one.
   * @returns undefined when nobody knows the token
   */
  exchange<R>(
    tokenHash: string,
    change: (family: TokenFamily) => { readonly change: SessionChange; readonly result: R },
  ): Promise<R | undefined>;
  /** Ends one session. @returns undefined when there is none with this id */
  end(sessionId: string, change: (session: Session) => Ended): Promise<Ended | undefined>;
  /** Ends all unrevoked sessions of a user under their locks; inside `scope` when it is given. */
  endAll(
    userId: string,
    change: (sessions: readonly Session[]) => Ended,
    scope?: TransactionScope,
  ): Promise<Ended>;
  /** Last used first. */
  listLive(userId: string, nowMs: number): Promise<readonly Session[]>;
}

export interface RevocationPage {
  readonly items: readonly Revocation[];
  readonly nextCursor: string | null;
}

export interface RevocationRepository {
  /** Unexpired entries from `fromMs` on, oldest first. */
  list(query: {
    readonly fromMs: number;
    readonly nowMs: number;
    readonly limit: number;
    readonly cursor: string | undefined;
  }): Promise<RevocationPage>;
}

/** Rows that can no longer matter. Each call handles at most `limit` rows per table. */
export interface ExpiredRows {
  /** @returns how many rows were touched; 0 when nothing is left */
  purge(nowMs: number, limit: number): Promise<number>;
}

/**
 * All admins with their roles and sessions. A `change` is pure and sees the directory under a lock:
 * changes happen one after another. What it returns is written with its revocations in one
 * transaction; when it throws nothing is.
 */
export interface AdminDirectory {
  read(): Promise<Directory>;
  change<R>(decide: (directory: Directory) => Decided<R>): Promise<Decided<R>>;
}

/** Wrong passwords, counted for all nodes together. */
export interface LoginAttempts {
  /**
   * Counts one attempt for every scope, or for none.
   * @returns 0, or for how many milliseconds the attempt must wait
   */
  claim(scopes: readonly AttemptScope[], nowMs: number): Promise<number>;
  /** The password was right: `clear` starts anew, `undo` takes the claim back. */
  forgive(scopes: {
    readonly clear: readonly AttemptScope[];
    readonly undo: readonly AttemptScope[];
  }): Promise<void>;
  /** Whatever begins so starts anew. */
  clear(prefix: string): Promise<void>;
}

export interface AuditQuery {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly requestId?: string | undefined;
  readonly kind?: AuditRecord['kind'] | undefined;
  readonly beforeSeq?: number | undefined;
}

/** A log that only grows, each row joined to the one before by a hash. Writers go one by one. */
export interface AuditLog {
  /** Durable when it resolves. An outcome that was told already is answered as it stands. */
  append(record: AuditRecord): Promise<AuditEntry>;
  find(seq: number): Promise<AuditEntry | undefined>;
  /** The latest first. */
  list(query: AuditQuery & { readonly limit: number }): Promise<readonly AuditEntry[]>;
  /** Where the chain ends, as the log itself remembers it. */
  head(): Promise<AuditHead>;
  /** Rows in their order. */
  chain(query: {
    readonly afterSeq: number;
    readonly upToSeq: number;
    readonly limit: number;
  }): Promise<readonly AuditEntry[]>;
}

/** The blacklist. */
export interface BlockRepository {
  /** Under the lock of the subject's entry; `decide` is pure and may run more than once. */
  change(
    subject: Pick<BlockEntry, 'kind' | 'subject'>,
    decide: (known: BlockEntry | undefined) => BlockEntry,
  ): Promise<BlockEntry>;
  find(id: string): Promise<BlockEntry | undefined>;
  countActive(): Promise<number>;
  /** What holds at `nowMs`, the latest first. */
  listActive(query: {
    readonly kind: BlockEntry['kind'] | undefined;
    readonly nowMs: number;
    readonly beforeId: string | undefined;
    readonly limit: number;
  }): Promise<readonly BlockEntry[]>;
  /** Lifted ones as well, in the order of their changes. */
  listChanges(query: {
    readonly fromMs: number;
    readonly cursor: Pick<BlockEntry, 'changedAtMs' | 'id'> | undefined;
    readonly limit: number;
  }): Promise<readonly BlockEntry[]>;
}

import type { Credential, FetchedCredential, StoredCredential } from './credential.ts';

/**
 * The current credential of each id, shared by all nodes and sealed at rest. Losing it costs one
 * fetch. All methods fail with SERVICE_UNAVAILABLE when the store does.
 */
export interface CredentialStore {
  /** May be spent: callers look at its state. */
  find(id: string): Promise<StoredCredential | undefined>;
  /**
   * Stores `next` if the stored version is still `expectedVersion` (undefined: none) and older than
   * that of `next`; else changes nothing and says false. A node that was paused during a refresh
   * therefore cannot overwrite a newer one. Takes the mark of `mayEnd` away.
   */
  replace(
    id: string,
    expectedVersion: number | undefined,
    next: StoredCredential,
  ): Promise<boolean>;
  /** Marks the stored version as ending at that time, perhaps; false when another one is stored. */
  mayEnd(id: string, version: number, atMs: number): Promise<boolean>;
}

/** What a holder of the lease knows about it. */
export interface LeaseHeld {
  /** Greater than that of every earlier holder, ever. */
  readonly fence: number;
  /** Aborts no later than another node can have it. */
  readonly lost: AbortSignal;
}

/** Lets one node at a time refresh a credential. */
export interface RefreshLease {
  /** Runs `work` alone among all nodes, waiting for its turn a bounded time (SERVICE_UNAVAILABLE). */
  run<R>(id: string, work: (lease: LeaseHeld) => Promise<R>): Promise<R>;
}

/**
 * Why a credential is fetched: there is none, it nears its end, or nobody knows whether it still
 * works (`due`) · callers say that the issuer refuses it (`refused`) · an operator wants another
 * one (`demanded`).
 */
export type RefreshReason = 'due' | 'refused' | 'demanded';

export interface FetchContext {
  readonly reason: RefreshReason;
  /** The one to be followed; with the reason `due` it may be spent. */
  readonly current: Credential | undefined;
  /**
   * To be awaited before a question with which the current one ends (at once, or some time later):
   * should this node die before it stores the answer, the others know that they must ask.
   */
  mayEndCurrent(atMs: number): Promise<void>;
}

/** The issuer; what is special about it (how to ask, how often, what to count) is here. */
export interface CredentialSource {
  /**
   * Runs on one node at a time. May give the current one again when there is no other, or
   * `undefined` when it may not even be asked for: then the current one stays.
   */
  fetch(id: string, context: FetchContext): Promise<FetchedCredential | undefined>;
}

/** Tells all nodes, this one included, to look again. */
export interface CredentialHints {
  changed(id: string, version: number): Promise<void>;
}

/** What operators are told about refreshes; never the text. */
export interface RefreshJournal {
  /** `isNew` is false when the issuer gave the one we had. */
  refreshed(
    id: string,
    credential: Credential,
    detail: { readonly mode: string; readonly reason: RefreshReason; readonly isNew: boolean },
  ): void;
  failed(id: string, error: unknown): void;
}

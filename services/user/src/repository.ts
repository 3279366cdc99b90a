import type { AddressBook } from './domain/address-book.ts';
import type { IdentityKey } from './domain/identity.ts';
import type { User, UserChange } from './domain/user.ts';

/** People. Every write happens under the lock of the person's row and commits with its facts. */
export interface UserRepository {
  /** The newest committed state, or `undefined`. */
  find(userId: string): Promise<User | undefined>;
  /**
   * Changes one person. `change` is pure and may run more than once (deadlock); when it throws
   * nothing is written. Facts become durable in the same transaction, exactly once.
   * @throws USER_NOT_FOUND, PHONE_BOUND_TO_OTHER_ACCOUNT
   */
  update(userId: string, change: (current: User) => UserChange): Promise<User>;
}

export interface IdentityOwner {
  readonly key: IdentityKey;
  readonly user: User;
}

/** Who is behind which identity. An identity belongs to one person for ever. */
export interface IdentityRepository {
  /** The owners of those keys that are known, in no particular order. */
  findOwners(keys: readonly IdentityKey[]): Promise<readonly IdentityOwner[]>;
  /** The newest name a person has with a provider within a realm, or `undefined`. */
  findSubject(
    userId: string,
    within: Pick<IdentityKey, 'provider' | 'realm'>,
  ): Promise<string | undefined>;
  /**
   * Stores a new person with all these identities and the facts, or nothing at all.
   * @returns false when somebody else took one of the keys first: read again
   */
  register(change: UserChange, keys: readonly IdentityKey[]): Promise<boolean>;
  /** Adds identities to a person; those that have an owner by now are left as they are. */
  link(userId: string, keys: readonly IdentityKey[], nowMs: number): Promise<void>;
}

/** A transaction of the storage, opaque to everybody but the repository it is handed to. */
export type TransactionScope = unknown;

/** The caller's claim on an Idempotency-Key: the answer is stored with the effect or not at all. */
export interface Operation<R> {
  complete(scope: TransactionScope, result: R): Promise<void>;
}

export interface AddressRepository {
  list(userId: string): Promise<AddressBook>;
  /**
   * Changes a person's whole book under one lock, so that no limit or default is decided on an
   * old state. `change` is pure and may run more than once; when it throws nothing is written.
   * @throws USER_NOT_FOUND
   */
  update<R>(
    userId: string,
    change: (current: AddressBook) => { readonly next: AddressBook; readonly result: R },
    operation?: Operation<R>,
  ): Promise<R>;
}

/** Profiles for reading only, possibly remembered; never older than what `changed` announced. */
export interface ProfileCache {
  get(userId: string): Promise<User | undefined>;
}

export interface ReencryptedBatch {
  /** Rows now sealed with the current key by this batch. */
  readonly changed: number;
  /** Rows whose old key is missing or whose content was altered: they need a person. */
  readonly failed: number;
  /** Where to go on; null when everything was seen. */
  readonly next: string | null;
}

/** Sealed columns, whatever table they are in. */
export interface SealedRows {
  /** Rows that another key than the current one sealed. */
  countPending(): Promise<number>;
  /** Seals up to `limit` rows anew, each by compare-and-set: a row changed meanwhile is left alone. */
  reencrypt(after: string | null, limit: number): Promise<ReencryptedBatch>;
}

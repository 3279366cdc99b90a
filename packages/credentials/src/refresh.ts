import { DomainError, type Clock } from '@app/kernel';
import {
  acceptCredential,
  credentialState,
  isCertain,
  isServable,
  type Credential,
  type CredentialRules,
  type StoredCredential,
} from './credential.ts';
import type {
  CredentialHints,
  CredentialSource,
  CredentialStore,
  LeaseHeld,
  RefreshJournal,
  RefreshLease,
  RefreshReason,
} from './ports.ts';

export interface RefreshDeps {
  readonly store: CredentialStore;
  readonly lease: RefreshLease;
  readonly source: CredentialSource;
  readonly hints: CredentialHints;
  readonly journal: RefreshJournal;
  readonly rules: (id: string) => CredentialRules;
  readonly clock: Clock;
}

/** What is wrong with the current one. */
export type Complaint =
  | { readonly reason: 'due' }
  | { readonly reason: 'refused'; readonly refused: string }
  /** @param seenVersion the one the operator wants to be rid of */
  | { readonly reason: 'demanded'; readonly seenVersion: number | undefined };

/**
 * Makes sure that the complaint no longer holds, and gives the credential to use: nothing is fetched
 * when another node was first.
 */
export type Refresh = (id: string, complaint: Complaint) => Promise<StoredCredential>;

interface Round {
  readonly id: string;
  readonly lease: LeaseHeld;
  readonly current: StoredCredential | undefined;
  readonly complaint: Complaint;
}

const unusable = (id: string, what: string): DomainError =>
  new DomainError('SERVICE_UNAVAILABLE', 'unavailable', { message: `credential ${id}: ${what}` });

export const createRefresh = (deps: RefreshDeps): Refresh => {
  const { store, lease, source, hints, journal, clock } = deps;

  const isDone = (id: string, current: StoredCredential, complaint: Complaint): boolean => {
    const [rules, nowMs] = [deps.rules(id), clock.nowMs()];
    if (complaint.reason === 'due') return credentialState(current, rules, nowMs) === 'fresh';
    if (!isCertain(current, rules, nowMs)) return false;
    return complaint.reason === 'refused'
      ? current.text !== complaint.refused
      : current.version > (complaint.seenVersion ?? 0);
  };

  /** A complaint about what has ended anyway, or was replaced, is none. */
  const reasonOf = ({ id, current, complaint }: Round): RefreshReason => {
    if (complaint.reason !== 'refused') return complaint.reason;
    const isAboutCurrent =
      isServable(current, deps.rules(id), clock.nowMs()) && current.text === complaint.refused;
    return isAboutCurrent ? 'refused' : 'due';
  };

  const mayEndCurrent = async ({ id, current, lease }: Round, atMs: number): Promise<void> => {
    if (current !== undefined && !(await store.mayEnd(id, current.version, atMs))) {
      throw unusable(id, 'was replaced by another node meanwhile');
    }
    // Who was paused until here has lost the lease, and would end what another one has stored.
    if (lease.lost.aborted) throw unusable(id, 'the lease was lost before the issuer was asked');
    if (current !== undefined) await hints.changed(id, current.version);
  };

  const swap = async (round: Round, next: StoredCredential, endsAtMs: number | null) => {
    const { id, current } = round;
    if (await store.replace(id, current?.version, next)) {
      await hints.changed(id, next.version);
      return next;
    }
    // Our lease ended meanwhile and another node went further: what it stored counts, unless it
    // was stored before our question ended it.
    const newer = await store.find(id);
    if (newer !== undefined && endsAtMs !== null) {
      await store.mayEnd(id, newer.version, endsAtMs);
      await hints.changed(id, newer.version);
    } else if (isCertain(newer, deps.rules(id), clock.nowMs())) return newer;
    throw unusable(id, 'changed during its refresh and is not usable');
  };

  const fetchNext = async (round: Round): Promise<StoredCredential> => {
    const { id, current, lease } = round;
    const rules = deps.rules(id);
    const reason = reasonOf(round);
    const announced: { endsAtMs: number | null } = { endsAtMs: null };
    const fetched = await source.fetch(id, {
      reason,
      current,
      async mayEndCurrent(atMs) {
        await mayEndCurrent(round, atMs);
        announced.endsAtMs = atMs;
      },
    });
    if (fetched === undefined) {
      if (isCertain(current, rules, clock.nowMs())) return current;
      throw unusable(id, 'is not usable, and the issuer may not be asked now');
    }
    const next = acceptCredential(fetched, { previous: current, version: lease.fence, rules });
    const isNew = next.text !== current?.text;
    journal.refreshed(id, next, { mode: fetched.mode, reason, isNew });
    const isKept =
      !isNew && announced.endsAtMs === null && isCertain(current, rules, clock.nowMs());
    // One that was looked into after a complaint is stored as seen now: the next complainer can tell.
    if (isKept && reason !== 'refused' && current.mayEndAtMs === null) return current;
    if (isServable(next, rules, clock.nowMs())) return swap(round, next, announced.endsAtMs);
    throw unusable(id, `the issuer gave one with ${fetched.expiresInSeconds} s to live`);
  };

  return async (id, complaint) => {
    try {
      return await lease.run(id, async (held) => {
        const current = await store.find(id);
        if (current !== undefined && isDone(id, current, complaint)) return current;
        return fetchNext({ id, lease: held, current, complaint });
      });
    } catch (error) {
      journal.failed(id, error);
      throw error;
    }
  };
};

/** The part of a credential that may leave. */
export const handedOut = ({
  text,
  version,
  expiresAtMs,
  fetchedAtMs,
}: StoredCredential): Credential => ({ text, version, expiresAtMs, fetchedAtMs });

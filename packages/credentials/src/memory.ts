import type { Clock } from '@app/kernel';
import {
  certainUntilMs,
  isServable,
  refreshAtMs,
  servableUntilMs,
  type Credential,
  type CredentialRules,
  type StoredCredential,
} from './credential.ts';
import { handedOut } from './refresh.ts';

/** What this process knows of one id; the times are worked out once, not with every question. */
interface Entry {
  readonly credential: StoredCredential;
  readonly handOut: Credential;
  readonly answer: Promise<Credential>;
  readonly untilMs: number;
  readonly refreshAtMs: number;
  /** Somebody said that there is a newer one. */
  isSuperseded: boolean;
}

export interface Remembered {
  readonly handOut: Credential;
  /** The same, ready for whoever awaits it. */
  readonly answer: Promise<Credential>;
  readonly isAgeing: boolean;
}

/** The credentials as this process saw them last. Versions never go back. */
export interface CredentialMemory {
  /** What may be handed out right now without asking anybody. */
  get(id: string): Remembered | undefined;
  /** @param since `hintsHeard` before the store was read: what was read may be older than a later hint */
  keep(id: string, credential: StoredCredential, since?: number): void;
  /** Nobody can say whether it still works: handed out until it ends by itself, or there is news. */
  keepDespiteDoubt(id: string, credential: StoredCredential): void;
  /** There is a newer one, or this one may have been ended. */
  supersede(id: string, version: number): void;
  /** Counts up with every hint about this id. */
  hintsHeard(id: string): number;
  /** The last one seen, whatever became of it. */
  last(id: string): StoredCredential | undefined;
  forget(id: string): void;
  ids(): readonly string[];
}

export const createCredentialMemory = (
  rules: (id: string) => CredentialRules,
  clock: Clock,
): CredentialMemory => {
  const entries = new Map<string, Entry>();

  const heard = new Map<string, number>();
  const hintsHeard = (id: string): number => heard.get(id) ?? 0;

  const put = (
    id: string,
    credential: StoredCredential,
    { untilMs, since = hintsHeard(id) }: { untilMs: number; since?: number | undefined },
  ): void => {
    const known = entries.get(id)?.credential;
    const isOlder = credential.version < (known?.version ?? 0);
    if (isOlder && isServable(known, rules(id), clock.nowMs())) return;
    const handOut = handedOut(credential);
    entries.set(id, {
      credential,
      handOut,
      answer: Promise.resolve(handOut),
      untilMs,
      refreshAtMs: refreshAtMs(credential, rules(id)),
      isSuperseded: since !== hintsHeard(id),
    });
  };

  return {
    get(id) {
      const entry = entries.get(id);
      if (entry === undefined || entry.isSuperseded) return undefined;
      const nowMs = clock.nowMs();
      if (nowMs > entry.untilMs) return undefined;
      return {
        handOut: entry.handOut,
        answer: entry.answer,
        isAgeing: nowMs > entry.refreshAtMs,
      };
    },
    keep: (id, credential, since) =>
      put(id, credential, { untilMs: certainUntilMs(credential, rules(id)), since }),
    keepDespiteDoubt: (id, credential) =>
      put(id, credential, { untilMs: servableUntilMs(credential, rules(id)) }),
    supersede(id, version) {
      heard.set(id, hintsHeard(id) + 1);
      const entry = entries.get(id);
      if (entry !== undefined && entry.credential.version <= version) entry.isSuperseded = true;
    },
    last: (id) => entries.get(id)?.credential,
    hintsHeard,
    forget(id) {
      entries.delete(id);
      heard.delete(id);
    },
    ids: () => [...entries.keys()],
  };
};

import { setTimeout as pause } from 'node:timers/promises';
import type { Part } from '@app/runtime';
import {
  credentialState,
  isCertain,
  isServable,
  type Credential,
  type StoredCredential,
} from './credential.ts';
import { createCredentialMemory } from './memory.ts';
import { createRefresh, handedOut, type Complaint, type RefreshDeps } from './refresh.ts';
import { createSharedWork, type SharedWorkDeps } from './shared-work.ts';

export interface CredentialKeeperDeps extends RefreshDeps, SharedWorkDeps {
  /** kebab-case, for readiness and logs: `access-token`. */
  readonly name: string;
  /** How often memory is compared with the store; default 3 s, shorter only in tests. */
  readonly lookAgainEveryMs?: number;
}

/** Keeps one kind of credential valid for whoever asks, on any number of nodes. */
export interface CredentialKeeper {
  /**
   * One with the minimum of life left: from memory while there is no doubt about it; the old one as
   * long as there is no newer.
   */
  current(id: string): Promise<Credential>;
  /** The same when memory has it, without awaiting anything. */
  peek(id: string): Credential | undefined;
  /**
   * The one to use instead of `refused`. Only when that is the current one is it refreshed, once for
   * all who say so; the answer is `refused` itself when the issuer gives no other.
   */
  replace(id: string, refused: string): Promise<Credential>;
  /** Another one than there is now, at an operator's demand. */
  renew(id: string): Promise<Credential>;
  /** For schedules: fetches when it is time, or when the store lost it. */
  refreshIfDue(id: string): Promise<void>;
  /** For the hint that is sent to all nodes. */
  heard(id: string, version: number): void;
  /** Takes into memory what the store holds; what it does not hold is fetched when asked for. */
  restore(ids: readonly string[]): Promise<void>;
  /** The id is not kept any more. */
  forget(id: string): void;
}

/** While a refresh ahead of time fails or gives nothing new, the next try waits this long. */
const REFRESH_AHEAD_PAUSE_MS = 10_000;
/** A lost hint costs so much freshness. */
const LOOK_AGAIN_EVERY_MS = 3000;
/** How long callers wait to learn whether a doubtful one still works: below what they wait at all (5 s). */
const DOUBT_WAIT_MS = 4000;

/** Whether the store says more than this process remembers. */
const isNews = (stored: StoredCredential, known: StoredCredential | undefined): boolean =>
  known === undefined ||
  stored.version > known.version ||
  (stored.version === known.version && stored.mayEndAtMs !== known.mayEndAtMs);

const DUE: Complaint = { reason: 'due' };

export const createCredentialKeeper = (deps: CredentialKeeperDeps): CredentialKeeper & Part => {
  const { store, rules, clock, name } = deps;
  const shared = createSharedWork(deps);
  const memory = createCredentialMemory(rules, clock);
  const refresh = createRefresh(deps);
  let lookingAgain: NodeJS.Timeout | undefined;

  const certain = (id: string, credential: StoredCredential | undefined) =>
    isCertain(credential, rules(id), clock.nowMs()) ? credential : undefined;
  const servable = (id: string, credential: StoredCredential | undefined) =>
    isServable(credential, rules(id), clock.nowMs()) ? credential : undefined;

  const keep = (id: string, credential: StoredCredential): Credential => {
    memory.keep(id, credential);
    return handedOut(credential);
  };

  const refreshed = async (id: string, complaint: Complaint): Promise<Credential> =>
    keep(id, await refresh(id, complaint));

  const refreshAhead = (id: string): void => {
    shared.kickOff(`due ${id}`, REFRESH_AHEAD_PAUSE_MS, () => refreshed(id, DUE));
  };

  /** Whether it still works only the issuer knows; while it does not say, the old one is better than none. */
  const resolveDoubt = async (id: string, old: StoredCredential): Promise<Credential> => {
    const resolving = refreshed(id, DUE);
    const late = pause(DOUBT_WAIT_MS, undefined, { ref: false });
    // The journal has what went wrong.
    const known = await Promise.race([resolving.catch(() => undefined), late]);
    if (known !== undefined) return known;
    if (servable(id, old) === undefined) return resolving;
    memory.keepDespiteDoubt(id, old);
    return handedOut(old);
  };

  /** Without the store, what this process saw last is all there is. */
  const findOrLast = async (id: string): Promise<StoredCredential | undefined> => {
    try {
      return await store.find(id);
    } catch (error) {
      const last = servable(id, memory.last(id));
      if (last === undefined) throw error;
      return { ...last, mayEndAtMs: null };
    }
  };

  const load = async (id: string): Promise<Credential> => {
    const since = memory.hintsHeard(id);
    const stored = await findOrLast(id);
    const good = certain(id, stored);
    if (good !== undefined) {
      memory.keep(id, good, since);
      return handedOut(good);
    }
    const old = servable(id, stored);
    return old === undefined ? refreshed(id, DUE) : resolveDoubt(id, old);
  };

  const replace = async (id: string, refused: string): Promise<Credential> => {
    const stored = certain(id, await findOrLast(id));
    if (stored !== undefined && stored.text !== refused) return keep(id, stored);
    return refreshed(id, { reason: 'refused', refused });
  };

  const lookAgain = async (id: string): Promise<void> => {
    const since = memory.hintsHeard(id);
    const stored = await store.find(id).catch(() => undefined);
    const known = memory.last(id);
    if (stored === undefined) return;
    if (!isNews(stored, known) && memory.get(id) !== undefined) return;
    if (certain(id, stored) !== undefined) memory.keep(id, stored, since);
    else memory.supersede(id, stored.version);
  };

  const lookAgainAtAll = async (ids: readonly string[]): Promise<void> => {
    // One that is unknown by now is no reason to leave the others alone.
    await Promise.allSettled(ids.map(lookAgain));
  };

  return {
    name: `keeper ${name}`,
    current(id) {
      const remembered = memory.get(id);
      if (remembered === undefined) return shared.join(id, () => load(id));
      if (remembered.isAgeing) refreshAhead(id);
      return remembered.answer;
    },
    peek: (id) => memory.get(id)?.handOut,
    // Who reports the same text had it from the store, so that no earlier flight can know less.
    replace: (id, refused) => shared.join(`${id} without ${refused}`, () => replace(id, refused)),
    async renew(id) {
      const seenVersion = (await store.find(id))?.version;
      return shared.join(`renew ${id}`, () => refreshed(id, { reason: 'demanded', seenVersion }));
    },
    async refreshIfDue(id) {
      const stored = await store.find(id);
      const isFresh = credentialState(stored, rules(id), clock.nowMs()) === 'fresh';
      if (stored !== undefined && isFresh) memory.keep(id, stored);
      else await shared.join(`due ${id}`, () => refreshed(id, DUE));
    },
    heard: (id, version) => memory.supersede(id, version),
    async restore(ids) {
      await lookAgainAtAll(ids);
    },
    forget: (id) => memory.forget(id),
    start() {
      const everyMs = deps.lookAgainEveryMs ?? LOOK_AGAIN_EVERY_MS;
      lookingAgain = setInterval(() => void lookAgainAtAll(memory.ids()), everyMs);
      lookingAgain.unref();
      return Promise.resolve();
    },
    async stop() {
      clearInterval(lookingAgain);
      await shared.settle();
    },
  };
};

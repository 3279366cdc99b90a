import type { Clock } from '@app/kernel';
import { createCoherentCache } from '@app/runtime';
import type { User } from '../../domain/user.ts';
import type { ProfileCache } from '../../repository.ts';
import { createRecentChanges } from './recent-changes.ts';

/** An entry is never older, even when the hint of a change got lost. */
const TTL_MS = 1000;
const PROFILES_MAX = 10_000;

/** Longer than a healthy replica lags. */
const PRIMARY_AFTER_CHANGE_MS = 5000;

export interface InvalidatedProfileCache extends ProfileCache {
  /** A profile changed: forget it, and for a while read it where the change is sure to be. */
  invalidate(userId: string): void;
}

interface Deps {
  readonly load: (userId: string, where: 'replica' | 'primary') => Promise<User | undefined>;
  readonly clock: Clock;
}

/**
 * Profiles in the memory of this process. Whoever writes tells all nodes before it answers, so
 * nobody who knows of a change reads an older state here.
 */
export const createCoherentProfileCache = ({ load, clock }: Deps): InvalidatedProfileCache => {
  const recent = createRecentChanges({
    clock,
    windowMs: PRIMARY_AFTER_CHANGE_MS,
    max: PROFILES_MAX,
  });
  const cache = createCoherentCache<string, User | undefined>({
    name: 'user-profile',
    max: PROFILES_MAX,
    ttlMs: TTL_MS,
    load: (userId) => load(userId, recent.isRecent(userId) ? 'primary' : 'replica'),
  });
  return {
    get: (userId) => cache.get(userId),
    invalidate: (userId) => {
      recent.mark(userId);
      cache.invalidate(userId);
    },
  };
};

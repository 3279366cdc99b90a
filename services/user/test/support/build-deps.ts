import type { Clock } from '@app/kernel';
import type { ProfileHints } from '../../src/service.ts';
import { ids, NOON_MS } from './builders.ts';
import { createMemoryStore } from './memory-store.ts';

/** Everything a use-case may ask for, in memory, with what it was told. */
export const buildDeps = () => {
  const store = createMemoryStore();
  const time = { nowMs: NOON_MS };
  const clock: Clock = { nowMs: () => time.nowMs };
  const hinted: string[] = [];
  const hints: ProfileHints = {
    changed: (userId) => {
      hinted.push(userId);
      return Promise.resolve();
    },
  };
  return {
    ...store,
    profiles: { get: store.users.find },
    clock,
    ids,
    hints,
    hinted,
    time,
  };
};

/** A person who is known already, without the facts of the registration. */
export const withUser = async (
  deps: ReturnType<typeof buildDeps>,
  change: Parameters<typeof deps.identities.register>[0],
  keys: Parameters<typeof deps.identities.register>[1],
) => {
  await deps.identities.register({ next: change.next, facts: [] }, keys);
  return change.next;
};

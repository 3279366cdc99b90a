import type { Foundation, Group } from './foundation.ts';

/** Accounts at WeChat: upkeep by admins. */
export const createAppsGroup = (_foundation: Foundation): Group<never> => ({ handlers: {} });

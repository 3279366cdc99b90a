import type { Foundation, Group } from './foundation.ts';

/** Sessions, codes, links and content checks. */
export const createCallsGroup = (_foundation: Foundation): Group<never> => ({ handlers: {} });

import type { Foundation, Group } from './foundation.ts';

/** Message push. */
export const createPushGroup = (_foundation: Foundation): Group<never> => ({ handlers: {} });

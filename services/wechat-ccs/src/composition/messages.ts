import type { Foundation, Group } from './foundation.ts';

/** Subscribe messages. */
export const createMessagesGroup = (_foundation: Foundation): Group<never> => ({ handlers: {} });

import type { Foundation, Group } from './foundation.ts';

/** Shipping information of paid orders. */
export const createShippingGroup = (_foundation: Foundation): Group<never> => ({ handlers: {} });

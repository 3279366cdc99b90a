import type { ErrorEntry } from '@app/kernel';
import type { ActionSpec } from '../define.ts';

/** Shipping information of paid orders. */
export const shippingActions = {} as const satisfies Readonly<Record<string, ActionSpec>>;

export const shippingErrors = {} as const satisfies Readonly<Record<string, ErrorEntry>>;

import type { ErrorEntry } from '@app/kernel';
import type { ActionSpec } from '../define.ts';

/** Sessions, codes, links and content checks. */
export const callsActions = {} as const satisfies Readonly<Record<string, ActionSpec>>;

export const callsErrors = {} as const satisfies Readonly<Record<string, ErrorEntry>>;

import type { ErrorEntry } from '@app/kernel';
import type { ActionSpec } from '../define.ts';

/** Accounts at WeChat: upkeep by admins. */
export const appsActions = {} as const satisfies Readonly<Record<string, ActionSpec>>;

export const appsErrors = {} as const satisfies Readonly<Record<string, ErrorEntry>>;

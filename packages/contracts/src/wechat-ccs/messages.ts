import type { ErrorEntry } from '@app/kernel';
import type { ActionSpec } from '../define.ts';

/** Subscribe messages. */
export const messagesActions = {} as const satisfies Readonly<Record<string, ActionSpec>>;

export const messagesErrors = {} as const satisfies Readonly<Record<string, ErrorEntry>>;

import type { ErrorEntry } from '@app/kernel';

export const orderErrors = {} as const satisfies Record<string, ErrorEntry>;

import type { ErrorEntry } from '@app/kernel';

export const payErrors = {} as const satisfies Record<string, ErrorEntry>;

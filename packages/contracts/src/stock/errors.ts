import type { ErrorEntry } from '@app/kernel';

export const stockErrors = {} as const satisfies Record<string, ErrorEntry>;

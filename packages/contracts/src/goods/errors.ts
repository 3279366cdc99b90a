import type { ErrorEntry } from '@app/kernel';

export const goodsErrors = {} as const satisfies Record<string, ErrorEntry>;

import { createUlids } from '@app/kernel';
import type { ReleaseCommand, ReserveCommand, SetOnHandCommand } from '../../src/domain/command.ts';
import { mergeLines, type Line } from '../../src/domain/stock.ts';

export const ids = createUlids();
export const NOON_MS = Date.UTC(2026, 10, 21, 12);
export const MINUTE_MS = 60_000;

export const aSku = (): string => ids.next();
export const anOrderNo = (): string => `M${ids.next()}`;

export const setOnHand = (
  skuId: string,
  onHand: number,
  expectedOnHand?: number,
): SetOnHandCommand => ({
  kind: 'setOnHand',
  skuId,
  onHand,
  expectedOnHand,
  ref: ids.next(),
  note: 'test',
});

export const reserve = (
  lines: readonly Line[],
  over: Partial<Pick<ReserveCommand, 'orderNo' | 'expiresAtMs'>> = {},
): ReserveCommand => ({
  kind: 'reserve',
  orderNo: over.orderNo ?? anOrderNo(),
  reservationId: ids.next(),
  lines: mergeLines(lines),
  expiresAtMs: over.expiresAtMs ?? Date.now() + 15 * MINUTE_MS,
});

export const release = (
  orderNo: string,
  reason: ReleaseCommand['reason'] = 'closed',
): ReleaseCommand => ({ kind: 'release', orderNo, reason, reservationId: ids.next() });

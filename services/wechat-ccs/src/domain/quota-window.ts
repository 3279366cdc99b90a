import { quotas, type Quota, type QuotaName } from './wechat-api.ts';

const DAY_MS = 86_400_000;
const BEIJING_OFFSET_MS = 8 * 3_600_000;

/** A node takes this share of an allowance at a time, so that not every call is a write. */
const BLOCKS = 2000;

/** The window an allowance is counted in: the calendar day in Beijing, from the epoch; 0 is for ever. */
export const quotaWindow = (quota: Quota, nowMs: number): number =>
  quota.window === 'total' ? 0 : Math.floor((nowMs + BEIJING_OFFSET_MS) / DAY_MS);

/** When there is a new allowance; `null` never. */
export const resetsAtMs = (quota: Quota, nowMs: number): number | null =>
  quota.window === 'total' ? null : (quotaWindow(quota, nowMs) + 1) * DAY_MS - BEIJING_OFFSET_MS;

/** How many calls a node takes at a time: what it loses in a crash is spent without a call. */
export const quotaBlock = (quota: Quota): number => Math.max(1, Math.floor(quota.max / BLOCKS));

export const quotaOf = (name: QuotaName): Quota => quotas[name];

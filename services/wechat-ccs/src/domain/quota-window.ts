import { quotaNames, quotas, type Quota, type QuotaName } from './wechat-api.ts';

const DAY_MS = 86_400_000;
const BEIJING_OFFSET_MS = 8 * 3_600_000;

/** A node takes this share of an allowance at a time, so that not every call is a write. */
const BLOCKS = 2000;

const MONTHS_A_YEAR = 12;

const monthOf = (nowMs: number): number => {
  const inBeijing = new Date(nowMs + BEIJING_OFFSET_MS);
  return (inBeijing.getUTCFullYear() - 1970) * MONTHS_A_YEAR + inBeijing.getUTCMonth();
};

/** The window an allowance is counted in: day or month in Beijing, from the epoch; 0 is for ever. */
export const quotaWindow = ({ window }: Quota, nowMs: number): number => {
  if (window === 'total') return 0;
  return window === 'month' ? monthOf(nowMs) : Math.floor((nowMs + BEIJING_OFFSET_MS) / DAY_MS);
};

/** When there is a new allowance; `null` never. */
export const resetsAtMs = (quota: Quota, nowMs: number): number | null => {
  if (quota.window === 'total') return null;
  const next = quotaWindow(quota, nowMs) + 1;
  const startMs = quota.window === 'month' ? Date.UTC(1970, next) : next * DAY_MS;
  return startMs - BEIJING_OFFSET_MS;
};

/**
 * What WeChat sets to zero when asked to: the calls of the day. Forced token refreshes are a limit
 * of another kind and are never given back here.
 */
export const clearedQuotas: readonly QuotaName[] = quotaNames.filter(
  (name) => quotas[name].window === 'day' && name !== 'forcedToken',
);

/** How many calls a node takes at a time: what it loses in a crash is spent without a call. */
export const quotaBlock = (quota: Quota): number => Math.max(1, Math.floor(quota.max / BLOCKS));

export const quotaOf = (name: QuotaName): Quota => quotas[name];

import { toRfc3339 } from '@app/kernel';
import type { ShippedOrder } from './shipping.ts';
import { isUsable, type AccessToken } from './access-token.ts';
import type { AppEntry, StoredApp } from './app-registry.ts';
import { adviceFor, type Language } from './errcode-advice.ts';
import type { RefreshFailure, RefreshReport } from './refresh-report.ts';

/** The hand-out: the only form in which a token leaves this service. */
export const toTokenView = (token: AccessToken) => ({
  accessToken: token.text,
  version: token.version,
  expiresAt: toRfc3339(token.expiresAtMs),
});

export const toShippingView = ({ paidAtMs, shipping, ...order }: ShippedOrder) => ({
  ...order,
  paidAt: paidAtMs === null ? null : toRfc3339(paidAtMs),
  shipping: shipping === null ? null : { ...shipping, parcels: [...shipping.parcels] },
});

/** An account without its secrets. */
export const toAppView = (entry: Omit<AppEntry, 'secret' | 'ownSecret'>) => ({
  appId: entry.appId,
  kind: entry.kind,
  name: entry.name,
  source: entry.source,
  isEnabled: entry.isEnabled,
  tokenKind: entry.tokenKind,
  hasPushSecrets: entry.push.token !== null,
  problem: entry.problem,
  version: entry.version,
});

/** A row that was just written, with a secret that works. */
export const toStoredView = (app: StoredApp) => toAppView({ ...app, source: 'row', problem: null });

/** What went wrong, and what to do about it. */
export const toFailureView = (
  { code, errcode, callerIp, atMs }: RefreshFailure,
  language: Language,
) => ({
  type: code,
  errcode,
  callerIp,
  remedy: adviceFor(errcode, callerIp, language),
  at: toRfc3339(atMs),
});

/** How an app's token is, without it. */
export const toTokenStateView = (
  {
    token,
    report: { failure, refreshedAtMs },
    forcesLeftToday,
  }: {
    readonly token: AccessToken | undefined;
    readonly report: RefreshReport;
    readonly forcesLeftToday: number;
  },
  nowMs: number,
  language: Language,
) => ({
  version: token?.version ?? null,
  ageSeconds:
    token === undefined ? null : Math.max(0, Math.floor((nowMs - token.fetchedAtMs) / 1000)),
  expiresAt: token === undefined ? null : toRfc3339(token.expiresAtMs),
  isUsable: isUsable(token, nowMs),
  refreshedAt: refreshedAtMs === null ? null : toRfc3339(refreshedAtMs),
  lastError: failure === null ? null : toFailureView(failure, language),
  forcesLeftToday,
});

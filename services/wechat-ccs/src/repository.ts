import type { AccessToken } from './domain/access-token.ts';
import type { AppEntry, PushSettings, StoredApp } from './domain/app-registry.ts';
import type { RefreshFailure, RefreshReport } from './domain/refresh-report.ts';
import type { QuotaName } from './domain/wechat-api.ts';
import type { WechatApp } from './domain/wechat-app.ts';

/**
 * The current access token of each app, shared by all nodes and encrypted at rest. Losing it costs
 * one fetch. All methods fail with SERVICE_UNAVAILABLE when the store does.
 */
export interface AccessTokenStore {
  /** May be spent: callers look at its state. */
  find(appId: string): Promise<AccessToken | undefined>;
  /**
   * Stores `next` if the stored version is still `expectedVersion` (undefined: none) and older than
   * that of `next`; else changes nothing and says false. A node that was paused during a refresh
   * therefore cannot overwrite a newer token.
   */
  replace(appId: string, expectedVersion: number | undefined, next: AccessToken): Promise<boolean>;
}

export interface SessionKey {
  readonly appId: string;
  readonly openid: string;
  readonly sessionKey: string;
  readonly obtainedAtMs: number;
}

/** The newest session_key of each user, encrypted at rest; WeChat honours no older one. */
export interface SessionKeyRepository {
  /** Keeps what is stored when that was obtained later: two logins may end in any order. */
  save(session: SessionKey): Promise<void>;
  find(appId: string, openid: string): Promise<SessionKey | undefined>;
}

/** Lets one node at a time refresh the token of an app. */
export interface RefreshLock {
  /**
   * Runs `work` alone among all nodes, waiting for its turn a bounded time (SERVICE_UNAVAILABLE).
   * `fence` is greater than that of every earlier holder, ever.
   */
  run<R>(appId: string, work: (fence: number) => Promise<R>): Promise<R>;
}

/**
 * The accounts this service speaks for, in memory: those of the environment and of the rows. A
 * change is known to every node within two seconds; when MySQL is down the last state counts.
 */
export interface AppDirectory {
  /** @throws WECHAT_APP_UNKNOWN, also for a disabled one */
  get(appId: string): WechatApp;
  /**
   * The named mini program, or the default one: other accounts have no login and no phone codes.
   * @throws WECHAT_APP_UNKNOWN
   */
  getMiniProgram(appId?: string): WechatApp;
  /** The named official account, or the default one. @throws WECHAT_APP_UNKNOWN */
  getOfficialAccount(appId?: string): WechatApp;
  /** All that can be used now. */
  list(): readonly WechatApp[];
}

/** What only the adapters that talk to WeChat may know. */
export interface AppSecrets {
  /** @throws WECHAT_APP_UNKNOWN when the app was disabled since it was looked up */
  secretOf(appId: string): string;
  /** @throws WECHAT_APP_UNKNOWN */
  pushSettingsOf(appId: string): PushSettings;
}

/** The directory as admins see it: disabled and broken accounts too. */
export interface AppRegistry {
  entries(): readonly AppEntry[];
  /** What the rows say now, not what this node last heard. */
  read(appId: string): Promise<AppEntry | undefined>;
  /** Resolves when this node knows at least what the rows say now. */
  reload(): Promise<void>;
}

/** The accounts that admins wrote, secrets sealed. */
export interface AppRepository {
  /** Sorted by app id; one whose secrets do not open is there and says so. */
  list(): Promise<readonly StoredApp[]>;
  /** False when there is a row of this app. */
  add(app: StoredApp): Promise<boolean>;
  /** Compare and set: false, and nothing changed, when the row is not at `expectedVersion`. */
  replace(expectedVersion: number, app: StoredApp): Promise<boolean>;
  /** Compare and set, as above. */
  remove(appId: string, expectedVersion: number): Promise<boolean>;
}

/** What is left of WeChat's allowances, one ledger for all nodes that no loss of Redis resets. */
export interface QuotaLedger {
  /**
   * Takes one call from the allowance before the call is made; never gives out more than there is,
   * whatever crashes. @throws WECHAT_QUOTA_EXHAUSTED with `{quota, resetsAt}`
   */
  take(appId: string, quota: QuotaName): Promise<void>;
  /** WeChat itself says that nothing is left of this window. */
  exhaust(appId: string, quota: QuotaName): Promise<void>;
  /** How many calls are left, for operators. */
  left(appId: string, quota: QuotaName): Promise<number>;
}

/** How refreshes went, for admins on any node. Losing it costs the story, nothing else. */
export interface RefreshReports {
  succeeded(appId: string, atMs: number): Promise<void>;
  failed(appId: string, failure: RefreshFailure): Promise<void>;
  find(appId: string): Promise<RefreshReport>;
}

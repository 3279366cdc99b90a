import type { AccessToken } from './domain/access-token.ts';
import type { AppEntry, PushSettings, StoredApp } from './domain/app-registry.ts';
import type { RefreshFailure, RefreshReport } from './domain/refresh-report.ts';
import type { QuotaName } from './domain/wechat-api.ts';
import type { WechatApp } from './domain/wechat-app.ts';

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

/** When each app's token was last forced, which no loss of Redis makes forgotten. */
export interface ForceMarks {
  /** Marks a force as made now, unless the last one was less than `intervalMs` ago: then that time. */
  claim(
    appId: string,
    times: { readonly nowMs: number; readonly intervalMs: number },
  ): Promise<
    { readonly isClaimed: true } | { readonly isClaimed: false; readonly lastAtMs: number }
  >;
}

/**
 * The accounts this service speaks for, in memory: those of the environment and of the rows. A
 * change is known to every node within two seconds; when MySQL is down the last state counts.
 */
export interface AppDirectory {
  /** `undefined` where `get` throws. */
  find(appId: string): WechatApp | undefined;
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
  /** Called after every look at the rows, whether they had changed or not. */
  onLook(listener: () => void): void;
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

/** The access tokens as all nodes see them; for telling how they are, not for use. */
export interface TokenStates {
  /** May be spent. */
  find(appId: string): Promise<AccessToken | undefined>;
}

/** How refreshes went, for admins on any node. Losing it costs the story, nothing else. */
export interface RefreshReports {
  succeeded(appId: string, atMs: number): Promise<void>;
  failed(appId: string, failure: RefreshFailure): Promise<void>;
  find(appId: string): Promise<RefreshReport>;
}

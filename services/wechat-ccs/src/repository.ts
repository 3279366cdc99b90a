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

/** The accounts this service speaks for. */
export interface AppDirectory {
  /** @throws WECHAT_APP_UNKNOWN */
  get(appId: string): WechatApp;
  /**
   * The named mini program, or the default one: other accounts have no login and no phone codes.
   * @throws WECHAT_APP_UNKNOWN
   */
  getMiniProgram(appId?: string): WechatApp;
  list(): readonly WechatApp[];
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

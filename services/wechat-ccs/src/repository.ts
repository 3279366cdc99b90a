import type { AccessToken } from './domain/access-token.ts';
import type { PushMessage, PushSecret } from './domain/push-message.ts';
import type { Quota, QuotaName } from './domain/wechat-api.ts';
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

/** The accounts this service speaks for. */
export interface AppDirectory {
  /** @throws WECHAT_APP_UNKNOWN */
  get(appId: string): WechatApp;
  /**
   * The named mini program, or the default one: other accounts have no login and no phone codes.
   * @throws WECHAT_APP_UNKNOWN
   */
  getMiniProgram(appId?: string): WechatApp;
}

/** What is left of WeChat's allowances, one ledger for all nodes that no loss of Redis resets. */
export interface QuotaLedger {
  /**
   * Takes one call from the allowance before the call is made; never gives out more than there is,
   * whatever crashes. @throws WECHAT_QUOTA_EXHAUSTED with `{quota, resetsAt}`
   */
  take(appId: string, quota: QuotaName): Promise<void>;
  /** A call that certainly took nothing: WeChat never got it, or refused it. Others may have it. */
  giveBack(appId: string, quota: QuotaName): void;
  /** WeChat itself says that nothing is left of this window. Gives the time of the next; null: none. */
  exhaust(appId: string, quota: QuotaName): Promise<number | null>;
  /** How many calls are left, for operators. */
  left(appId: string, quota: QuotaName): Promise<number>;
  /** Every allowance of the app in its current window, for operators. */
  usage(appId: string): Promise<readonly QuotaUsage[]>;
  /**
   * WeChat has set the calls of the day to zero, and so do we. Other nodes learn it within a minute;
   * what they hold ahead comes on top, at most 1/2000 of an allowance each: there WeChat refuses.
   */
  clearDay(appId: string): Promise<void>;
}

export interface QuotaUsage {
  readonly quota: QuotaName;
  readonly max: number;
  readonly window: Quota['window'];
  readonly left: number;
  readonly resetsAtMs: number | null;
}

/** What WeChat made of a picture or a sound. */
export interface MediaVerdict {
  readonly appId: string;
  readonly traceId: string;
  /** Null with `label` when there is none: then `errcode` is not 0. */
  readonly suggest: 'pass' | 'review' | 'risky' | null;
  readonly label: number | null;
  readonly errcode: number;
}

/** Pictures and sounds that WeChat was asked about, so that the asker's reference travels with the verdict. */
export interface MediaCheckRepository {
  saveAsked(check: {
    readonly appId: string;
    readonly traceId: string;
    readonly reference: string | null;
  }): Promise<void>;
  /** Removes what was asked before `beforeMs`, at most `limit` rows; how many. */
  purge(beforeMs: number, limit: number): Promise<number>;
}

/** What message push of an app is checked with; sealed or configured, never shown. */
export interface PushSecrets {
  /** `undefined`: no such app, or it has no message push. */
  find(appId: string): PushSecret | undefined;
}

/** The pushes that took effect. */
export interface PushRepository {
  /**
   * Remembers the push and tells the fact `messagePushed`, both or neither, durably. False when a
   * push with the same key is there already: nothing is changed then, however many arrive at once.
   */
  record(appId: string, message: PushMessage, receivedAtMs: number): Promise<boolean>;
  /** Forgets at most `limit` that were received before; resolves with how many. */
  purge(receivedBeforeMs: number, limit: number): Promise<number>;
}

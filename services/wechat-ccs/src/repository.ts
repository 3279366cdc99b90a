import type { AccessToken } from './domain/access-token.ts';
import type { AppEntry, PushSettings, StoredApp } from './domain/app-registry.ts';
import type { RefreshFailure, RefreshReport } from './domain/refresh-report.ts';
import type { PushMessage, PushSecret } from './domain/push-message.ts';
import type { Quota, QuotaName } from './domain/wechat-api.ts';
import type { PaymentKey } from './domain/shipping.ts';
import type { Delivery } from './domain/subscribe-event.ts';
import type { GrantEvent } from './domain/subscribe-grant.ts';
import type { StoredMessage, Verdict } from './domain/subscribe-message.ts';
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

/** A transaction of the storage, opaque to everybody but the repository it is handed to. */
export type TransactionScope = unknown;

/** A user inside an app. */
export interface AppUser {
  readonly appId: string;
  readonly openid: string;
}

/** A message that somebody is about to send. */
export type NewMessage = Pick<
  StoredMessage,
  'appId' | 'messageKey' | 'attemptId' | 'openid' | 'templateId' | 'contentHash' | 'startedAtMs'
>;

/** Every subscribe message by app and message key, from before it is sent; kept for 90 days. */
export interface SubscribeMessageRepository {
  /**
   * The first with a key stores the message as `pending` and takes one authorisation of the user
   * with it, or stores it as `refused` when none is left (where nothing is known it takes none).
   * Everybody after that gets what is stored. Of many at once one is the first.
   */
  begin(message: NewMessage): Promise<{ readonly isNew: boolean; readonly message: StoredMessage }>;
  /**
   * Stores the verdict on this attempt where it may follow, and does to the authorisation what
   * follows from it. Gives what is stored then, which is another verdict when that came first.
   */
  settle(message: StoredMessage, verdict: Verdict): Promise<StoredMessage>;
  /** Nothing was sent: forgets this attempt and gives its authorisation back. */
  release(message: StoredMessage): Promise<void>;
  /** What is stored as soon as it is no longer pending, or after that time; `undefined`: it was released. */
  awaitSettled(
    appId: string,
    messageKey: string,
    withinMs: number,
  ): Promise<StoredMessage | undefined>;
  /**
   * Finds the message that WeChat tells the delivery of and stores that; false when it is none of
   * ours. Fails with SERVICE_UNAVAILABLE while a message is being sent that it may be about.
   */
  recordDelivery(
    scope: TransactionScope,
    user: AppUser,
    delivery: Delivery,
    atMs: number,
  ): Promise<boolean>;
  /** Forgets messages that were started before; how many of at most `limit`. */
  purge(startedBeforeMs: number, limit: number): Promise<number>;
}

/** How many messages users have authorised, as far as WeChat told. */
export interface SubscribeGrantRepository {
  /** By template id; what nothing is known of is not in it. */
  count(user: AppUser, templateIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  record(scope: TransactionScope, user: AppUser, event: GrantEvent): Promise<void>;
}

/** When the shipping of a payment was last told to WeChat, which takes later times only. */
export interface UploadTimes {
  /** Now, or a moment after the last one given for this payment, whichever is later. */
  next(appId: string, payment: PaymentKey, nowMs: number): Promise<number>;
  /** Forgets payments whose last upload was before; how many of at most `limit`. */
  purge(uploadedBeforeMs: number, limit: number): Promise<number>;
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

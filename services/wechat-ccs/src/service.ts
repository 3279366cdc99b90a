import type { AccessToken, FetchedToken, FetchMode } from './domain/access-token.ts';
import type { ImportedToken } from './domain/imported-token.ts';
import type { Language } from './domain/errcode-advice.ts';
import type { QuotaName, WechatCall } from './domain/wechat-api.ts';
import type { FetchedTicket, Ticket, TicketType } from './domain/ticket.ts';
import type { LoginSession } from './domain/wechat-app.ts';

/** A call that needs an access token, and was refused because of it. */
export interface TokenRefused {
  readonly outcome: 'token_refused';
  readonly errcode: number;
}

/**
 * The calls of WeChat that need the app's secret. Every method can fail with UPSTREAM_WECHAT_REJECTED, …_UNAVAILABLE and
 * …_TIMEOUT; no error holds a secret, a token, a code or a session key.
 */
export interface WechatClient {
  /** Spends the code, also when the answer gets lost. @throws WECHAT_CODE_INVALID, WECHAT_LOGIN_BLOCKED */
  exchangeLoginCode(appId: string, code: string): Promise<LoginSession>;
  /** Safe to repeat; each repeat of a classic one issues another token. */
  fetchAccessToken(appId: string, mode: FetchMode): Promise<FetchedToken>;
}

/** What WeChat answered: the fields of a JSON object, or bytes that are no JSON (an image). */
export type WechatReply =
  | { readonly kind: 'fields'; readonly fields: Readonly<Record<string, unknown>> }
  | { readonly kind: 'bytes'; readonly body: Buffer; readonly contentType: string };

/** One call that carries the access token. */
export interface ApiCall<Result> {
  readonly call: WechatCall;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Without the access token. */
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** Keys of `query` whose values no trace may show. */
  readonly secretQueryKeys?: readonly string[];
  readonly json?: unknown;
  readonly timeoutMs?: number;
  /** Taken from before the call; left out where WeChat documents no figure. */
  readonly quota?: QuotaName;
  /**
   * True when a second run does no harm: then an answer that got lost or garbled, and `-1`, are
   * worth a repeat. Otherwise it is repeated only when the first certainly never arrived.
   */
  readonly isRepeatable: boolean;
  /** `undefined` when what must be there is not: the answer is garbage. */
  readonly read: (reply: WechatReply) => Result | undefined;
  /** Errcodes that are an outcome of this call, or an error of its own (throw it); `undefined`: as usual. */
  readonly onRefusal?: (errcode: number, rid: string) => Result | undefined;
}

/**
 * WeChat's server API with the access token in its place: a refused token is replaced and the call
 * repeated once. Fails with UPSTREAM_WECHAT_REJECTED, …_UNAVAILABLE, …_TIMEOUT and
 * WECHAT_QUOTA_EXHAUSTED; no error holds a token or anything WeChat quoted.
 */
export interface WechatApi {
  call<Result>(appId: string, call: ApiCall<Result>): Promise<Result>;
}

export interface VerifiedPhone {
  /** National number, without country code. */
  readonly phone: string;
  readonly countryCode: string;
}

/** What the getPhoneNumber button gives. */
export interface PhoneCodes {
  /** Spends the code. @throws WECHAT_PHONE_CODE_INVALID and what every call of WeChat can fail with */
  exchange(appId: string, code: string): Promise<VerifiedPhone>;
}

/** Where a use-case gets the token it works with. */
export interface TokenKeeper {
  /** A token with at least a minute to live; the old one as long as there is no newer. */
  current(appId: string): Promise<AccessToken>;
  /** The token to use instead of `refused`. Only when that is the current one is it refreshed. */
  replace(appId: string, refused: string): Promise<AccessToken>;
  /**
   * Another token than there is now, for operators: by force, so that the old one dies at once.
   * @throws WECHAT_QUOTA_EXHAUSTED, WECHAT_FORCE_TOO_SOON
   */
  renew(appId: string): Promise<AccessToken>;
  /** The current token, after a fetch when one is due: for operators who mended something. */
  ensure(appId: string): Promise<AccessToken>;
  /** Runs a call with the current token, once more with a new one when WeChat refuses the token. */
  withToken<R extends { readonly outcome: string }>(
    appId: string,
    call: (accessToken: string) => Promise<R | TokenRefused>,
  ): Promise<Exclude<R, TokenRefused>>;
}

/** Rations what WeChat rations: forced refreshes, for all nodes and whatever is lost. */
export interface ForceGovernor {
  /** Counts one that is about to be made. @throws WECHAT_QUOTA_EXHAUSTED, WECHAT_FORCE_TOO_SOON */
  take(appId: string): Promise<void>;
  /** WeChat itself says that the day's are used up. */
  exhaust(appId: string): Promise<void>;
}

/** Sees to it that tokens are fetched also when nobody asks. */
export interface TokenUpkeep {
  /** Every node is told the apps there are now, whenever that changes; schedules come and go with them. */
  follow(appIds: readonly string[]): Promise<void>;
}

/** What operators are told about tokens; never a token. */
export interface TokenJournal {
  refreshed(
    appId: string,
    token: AccessToken,
    detail: { readonly mode: string; readonly reason: string; readonly isNew: boolean },
  ): void;
  failed(appId: string, error: unknown): void;
  /** Callers keep a token that some say is refused. */
  forceRefused(appId: string, error: unknown): void;
  /** A fetch that the ledger does not know of. */
  uncounted(appId: string, error: unknown): void;
  /** The error code of the last refresh, if it failed on this node. */
  lastFailure(appId: string): { readonly code: string; readonly atMs: number } | undefined;
}

/** Asks WeChat whether it takes an app's secret, before that is saved. */
export interface CredentialTrial {
  /**
   * Fetches the current stable token, which changes nothing for anybody.
   * @throws WECHAT_APP_REFUSED that says in this language what to mend; UPSTREAM_WECHAT_UNAVAILABLE,
   * …_TIMEOUT
   */
  run(appId: string, secret: string, language: Language): Promise<void>;
}

/** Tells every node, this one first, that the rows of the apps changed. Never rejects. */
export interface AppHints {
  changed(appId: string): Promise<void>;
}

/** What admins did, for those who have to find out later; never a value. */
export interface AdminJournal {
  wrote(
    adminId: string,
    deed: string,
    appId: string,
    detail?: Readonly<Record<string, unknown>>,
  ): void;
}

/** Where tickets come from. */
export interface WechatTickets {
  /** Gives another one each time. @throws what every call of WeChat can fail with */
  fetch(appId: string, type: TicketType): Promise<FetchedTicket>;
}

/** Tickets with at least a minute to live, the same on all nodes. */
export interface TicketKeeper {
  /** @throws what every call of WeChat can fail with, when there is none to give */
  current(appId: string, type: TicketType): Promise<Ticket>;
}

export interface JsSigner {
  /** Lower-case hex. */
  sign(text: string): string;
}

/** Whether WeChat takes an access token; not whose it is, which it tells nobody. */
export interface TokenCheck {
  /** Harmless. @throws UPSTREAM_WECHAT_REJECTED, …_UNAVAILABLE, …_TIMEOUT when it cannot be known */
  isAccepted(accessToken: string): Promise<boolean>;
}

/** Puts a token that somebody else fetched in the place of ours. */
export interface TokenImporter {
  /** Known to all nodes at once; the same token again changes nothing. */
  take(
    appId: string,
    token: ImportedToken,
  ): Promise<{ readonly version: number; readonly expiresAtMs: number }>;
}

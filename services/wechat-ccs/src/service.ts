import type { AccessToken, FetchedToken, FetchMode } from './domain/access-token.ts';
import type { PushFields, PushMessage } from './domain/push-message.ts';
import type { ContentScene, Suggest } from './domain/content.ts';
import type { LinkLife } from './domain/link-life.ts';
import type { PaymentKey, ShippedOrder, ShippingInput } from './domain/shipping.ts';
import type { SubscribeMessage, Verdict } from './domain/subscribe-message.ts';
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
  /** Sets the calls of the day to zero without a token. Never repeated: there are ten a month. */
  clearQuota(appId: string): Promise<void>;
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
  /** Taken from before the call; left out where WeChat documents no figure. Several: all of them. */
  readonly quota?: QuotaName | readonly QuotaName[];
  /**
   * True when a second run does no harm: then an answer that got lost or garbled, and `-1`, are
   * worth a repeat. Otherwise it is repeated only when the first certainly never arrived.
   */
  readonly isRepeatable: boolean;
  /** `undefined` when what must be there is not: the answer is garbage. */
  readonly read: (reply: WechatReply) => Result | undefined;
  /**
   * Errcodes that are an outcome of this call, or an error of its own (throw it); `undefined`: as
   * usual. `field` is the key of a message template that WeChat named.
   */
  readonly onRefusal?: (
    errcode: number,
    rid: string,
    field: string | undefined,
  ) => Result | undefined;
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

/** Sends subscribe messages. */
export interface SubscribeSender {
  /**
   * Sends at most once, also across a refused token. A lost answer is the verdict `unknown`; it
   * rejects only when certainly nothing was sent. @throws WECHAT_MESSAGE_CONCURRENT and what every
   * call of WeChat can fail with
   */
  send(appId: string, message: SubscribeMessage): Promise<Verdict>;
}

export interface ShippingUpload {
  readonly payment: PaymentKey;
  /** Of the payer. */
  readonly openid: string;
  /** Checked, phones masked. */
  readonly shipping: ShippingInput;
  readonly uploadAtMs: number;
}

export interface Carrier {
  readonly id: string;
  readonly name: string;
}

/**
 * Shipping information at WeChat. Methods about a payment can fail with WECHAT_ORDER_NOT_VISIBLE
 * (worth a repeat), WECHAT_SHIPPING_INVALID, …_ILLEGAL_STATE, and all with what every call can.
 */
export interface Shipping {
  /**
   * `lost` is the failure of an upload that may have taken effect: look before doing it again.
   * @throws WECHAT_SHIPPING_DONE, WECHAT_ORDER_OF_OTHER_USER
   */
  upload(
    appId: string,
    upload: ShippingUpload,
  ): Promise<'uploaded' | 'unchanged' | { readonly lost: Error }>;
  find(appId: string, payment: PaymentKey): Promise<ShippedOrder>;
  /** WeChat asks the buyer to confirm, once per order. */
  remindReceipt(
    appId: string,
    payment: PaymentKey,
    receivedAtMs: number,
  ): Promise<'reminded' | 'already_reminded'>;
  listCarriers(appId: string): Promise<readonly Carrier[]>;
  isTradeManaged(appId: string): Promise<{ readonly isManaged: boolean }>;
}

/** The carriers as they were at most a day ago. */
export interface CarrierList {
  get(appId: string): Promise<readonly Carrier[]>;
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

/** Signature, cipher and form of message push (reference 10); pure computing, nothing is remembered. */
export interface PushCodec {
  /** Whether WeChat signed these parts; false as well when one is missing. In constant time. */
  isSigned(signature: string | undefined, parts: readonly (string | undefined)[]): boolean;
  /** The message inside; `undefined` when a byte of it is not as WeChat sealed it for this app. */
  open(
    encrypted: string,
    key: { readonly aesKey: string; readonly appId: string },
  ): Buffer | undefined;
  /** The fields of a JSON or XML text; `undefined` when it is neither, too deep, or hostile. */
  read(text: Buffer): PushFields | undefined;
}

/** What became of a push. */
export type PushOutcome =
  | 'recorded'
  | 'repeated'
  | 'app_unknown'
  | 'signature_wrong'
  | 'stale'
  | 'plain_refused'
  | 'cipher_wrong'
  | 'malformed';

/** What operators are told about pushes; contents and openids never. */
export interface PushJournal {
  /** `message` is there once it is verified: before that a stranger could write anything in it. */
  received(push: {
    readonly appId: string;
    readonly outcome: PushOutcome;
    readonly message: Pick<PushMessage, 'msgType' | 'event'> | undefined;
  }): void;
}

/** What a session key is good for, besides being kept. */
export interface SessionCrypto {
  /** The signature that proves to WeChat which key we hold, over nothing (reference, 1.1). */
  sign(sessionKey: string): string;
  /** Whether the front end's `signature` fits its `rawData` (reference, 2). */
  isSignatureOf(signature: string, rawData: string, sessionKey: string): boolean;
  /** `undefined` when key and cipher text do not fit one another. */
  decrypt(sessionKey: string, encryptedData: string, iv: string): string | undefined;
}

/** A user's session at WeChat. Both methods can fail with what every call of WeChat can. */
export interface WechatSessions {
  /** False when WeChat honours another key. */
  check(appId: string, openid: string, signature: string): Promise<boolean>;
  /** The new session key. Spends the old one, also when the answer gets lost. @throws WECHAT_SESSION_STALE */
  reset(appId: string, openid: string, signature: string): Promise<string>;
}

export interface QrCodeImage {
  readonly contentType: 'image/png' | 'image/jpeg';
  readonly image: Buffer;
}

interface QrCodeLook {
  readonly envVersion?: string | undefined;
  readonly width?: number | undefined;
  readonly autoColor?: boolean | undefined;
  readonly lineColor?: { readonly r: number; readonly g: number; readonly b: number } | undefined;
  readonly isHyaline?: boolean | undefined;
}

/** Mini program codes (reference, 5). What WeChat finds wrong with a param is VALIDATION_FAILED. */
export interface QrCodes {
  unlimited(
    appId: string,
    code: QrCodeLook & {
      readonly scene: string;
      readonly page?: string | undefined;
      readonly checkPath?: boolean | undefined;
    },
  ): Promise<QrCodeImage>;
  limited(appId: string, code: QrCodeLook & { readonly path: string }): Promise<QrCodeImage>;
  square(
    appId: string,
    code: { readonly path: string; readonly width?: number | undefined },
  ): Promise<QrCodeImage>;
}

export interface LinkTarget {
  readonly path?: string | undefined;
  readonly query?: string | undefined;
  readonly envVersion?: string | undefined;
  readonly life: LinkLife;
}

/** Ways into the mini program (reference, 6). What WeChat finds wrong with a param is VALIDATION_FAILED. */
export interface Links {
  createUrlScheme(appId: string, target: LinkTarget): Promise<string>;
  createUrlLink(appId: string, target: LinkTarget): Promise<string>;
  createShortLink(
    appId: string,
    link: {
      readonly pageUrl: string;
      readonly pageTitle?: string | undefined;
      readonly isPermanent: boolean;
    },
  ): Promise<string>;
}

export interface TextVerdict {
  readonly suggest: Suggest;
  readonly label: number;
  readonly traceId: string;
  readonly details: readonly TextDetail[];
}

export interface TextDetail {
  readonly strategy: string;
  readonly suggest: Suggest;
  readonly label: number;
  readonly keyword: string | null;
  readonly probability: number | null;
}

/** Content security (reference, 8). @throws WECHAT_USER_NOT_RECENT */
export interface ContentChecks {
  checkText(
    appId: string,
    text: {
      readonly openid: string;
      readonly content: string;
      readonly scene: ContentScene;
      readonly title?: string | undefined;
      readonly nickname?: string | undefined;
      readonly signature?: string | undefined;
    },
  ): Promise<TextVerdict>;
  /** The trace id under which the verdict will be pushed. */
  checkMedia(
    appId: string,
    media: {
      readonly openid: string;
      readonly mediaUrl: string;
      readonly mediaType: 'audio' | 'image';
      readonly scene: ContentScene;
    },
  ): Promise<string>;
}

/** Sets the calls of the day to zero at WeChat. Spends one of ten a month. @throws WECHAT_QUOTA_EXHAUSTED */
export interface QuotaClearing {
  /** `secret` where no access token can be had any more. */
  clear(appId: string, way: 'token' | 'secret'): Promise<void>;
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

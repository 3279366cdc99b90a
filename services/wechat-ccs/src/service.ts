import type { AccessToken, FetchedToken, FetchMode } from './domain/access-token.ts';
import type { LoginSession } from './domain/wechat-app.ts';

/** A call that needs an access token, and was refused because of it. */
export interface TokenRefused {
  readonly outcome: 'token_refused';
  readonly errcode: number;
}

export interface VerifiedPhone {
  readonly outcome: 'phone';
  /** National number, without country code. */
  readonly phone: string;
  readonly countryCode: string;
}

/**
 * WeChat's server API. Every method can fail with UPSTREAM_WECHAT_REJECTED, …_UNAVAILABLE and
 * …_TIMEOUT; no error holds a secret, a token, a code or a session key.
 */
export interface WechatClient {
  /** Spends the code, also when the answer gets lost. @throws WECHAT_CODE_INVALID, WECHAT_LOGIN_BLOCKED */
  exchangeLoginCode(appId: string, code: string): Promise<LoginSession>;
  /** Safe to repeat in both modes. */
  fetchAccessToken(appId: string, mode: FetchMode): Promise<FetchedToken>;
  /** Spends the code unless the token was refused. @throws WECHAT_PHONE_CODE_INVALID */
  exchangePhoneCode(
    appId: string,
    accessToken: string,
    code: string,
  ): Promise<VerifiedPhone | TokenRefused>;
}

/** Where a use-case gets the token it works with. */
export interface TokenKeeper {
  /** A token with at least a minute to live; the old one as long as there is no newer. */
  current(appId: string): Promise<AccessToken>;
  /** The token to use instead of `refused`. Only when that is the current one is it refreshed. */
  replace(appId: string, refused: string): Promise<AccessToken>;
  /** Runs a call with the current token, once more with a new one when WeChat refuses the token. */
  withToken<R extends { readonly outcome: string }>(
    appId: string,
    call: (accessToken: string) => Promise<R | TokenRefused>,
  ): Promise<Exclude<R, TokenRefused>>;
}

/** Tells whoever keeps a copy of a token that there is a newer one. */
export interface TokenHints {
  changed(appId: string, version: number): Promise<void>;
}

/** Work that several requests wait for at once, and that must outlive each of them. */
export interface SharedWork {
  /** Joins the work under way for this key, or starts it. Its time is its own, not that of who came first. */
  join<R>(key: string, work: () => Promise<R>): Promise<R>;
  /** Starts it with nobody waiting, unless it runs or ran within the last `pauseMs`. Failures are logged. */
  kickOff(key: string, pauseMs: number, work: () => Promise<unknown>): void;
}

/** What operators are told about refreshes. */
export interface RefreshJournal {
  /** `isNew` is false when WeChat gave the token that we had. */
  refreshed(appId: string, token: AccessToken, detail: { mode: FetchMode; isNew: boolean }): void;
  failed(appId: string, error: unknown): void;
}

export type WechatAppKind = 'mini_program' | 'official_account';

/**
 * Which of WeChat's two kinds of access token an app uses (reference, 3.1); they do not touch each
 * other. `stable`: WeChat rotates it. `classic`: every fetch ends the one before five minutes later.
 */
export type TokenKind = 'stable' | 'classic';

/** An account at WeChat. Its secret is known to the client adapter only. */
export interface WechatApp {
  readonly appId: string;
  readonly kind: WechatAppKind;
  readonly tokenKind: TokenKind;
}

/** What code2session tells. The session key signs and decrypts on the user's behalf: it stays here. */
export interface LoginSession {
  readonly openid: string;
  readonly unionid: string | null;
  readonly sessionKey: string;
}

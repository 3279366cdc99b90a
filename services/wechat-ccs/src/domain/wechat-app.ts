export type WechatAppKind = 'mini_program' | 'official_account';

/** Which endpoint an app's token comes from; the two kinds do not touch each other (reference, 3.1). */
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

/** Mini program or official account: the two differ in what their tokens may be used for. */
export type WechatAppKind = 'mp' | 'oa';

export interface WechatAppConfig {
  readonly appid: string;
  readonly secret: string;
  readonly kind: WechatAppKind;
}

/** What the console of an account, or the vendor, can change; set by `PATCH …/wechat/apps/{appid}`. */
export interface WechatAppSettings {
  readonly secret: string;
  /** Callers allowed to fetch tokens; null = the whitelist is off. */
  readonly ipWhitelist: readonly string[] | null;
  /** Whether the admin has confirmed the caller's IP: 89503, 89506, 89507. */
  readonly ipConfirmation: 'none' | 'pending' | 'refused_24h' | 'refused_1h';
  /** 40243, 50004, 50007. */
  readonly accountState: 'normal' | 'secret_frozen' | 'token_forbidden' | 'frozen';
  /** Whether each wx.login replaces the user's session_key. */
  readonly rotateSessionKey: boolean;
  /** Uncertain in the reference (section 1): what a second redeem answers. */
  readonly usedCodeErrcode: 40029 | 40163;
  /** Uncertain in the reference (section 0): the content type of code2session. */
  readonly loginContentType: 'application/json' | 'text/plain';
  /** Uncertain in the reference (section 3.1): a forced refresh within 30 s. `current` = the token as it is. */
  readonly forceTooEarly: 'current' | 45009 | 45011;
  /** Uncertain in the reference (section 3.1): a forced refresh beyond the day's limit. */
  readonly forceBeyondLimit: 'current' | 45009 | 45011;
  /** Uncertain in the reference (section 4): whether a mini program's token may fetch tickets. */
  readonly ticketsForMiniProgram: boolean;
  /** The real host ignores fields it does not know; refusing them finds misspelt ones. */
  readonly refuseUnknownFields: boolean;
  readonly limits: WechatLimits;
}

export interface WechatLimits {
  /** 2000 (reference 3.1); 200 for test accounts. */
  readonly classicPerDay: number;
  readonly stablePerMinute: number;
  readonly stablePerDay: number;
  readonly forcePerDay: number;
  readonly forceIntervalSeconds: number;
  /** 100 per user (reference section 1, older docs). */
  readonly loginPerUserPerMinute: number;
  readonly resetSessionKeyPerMinute: number;
  /** "Small" in the reference (section 4), without a figure: per type and day. */
  readonly ticketsPerDay: number;
}

export const defaultLimits: WechatLimits = {
  classicPerDay: 2000,
  stablePerMinute: 10_000,
  stablePerDay: 500_000,
  forcePerDay: 20,
  forceIntervalSeconds: 30,
  loginPerUserPerMinute: 100,
  resetSessionKeyPerMinute: 60_000,
  ticketsPerDay: 1_000_000,
};

export const defaultSettings = (secret: string): WechatAppSettings => ({
  secret,
  ipWhitelist: null,
  ipConfirmation: 'none',
  accountState: 'normal',
  rotateSessionKey: false,
  usedCodeErrcode: 40029,
  loginContentType: 'application/json',
  forceTooEarly: 'current',
  forceBeyondLimit: 45009,
  ticketsForMiniProgram: false,
  refuseUnknownFields: true,
  limits: defaultLimits,
});

export interface WechatApp {
  readonly appid: string;
  readonly kind: WechatAppKind;
  settings: WechatAppSettings;
}

export interface WechatUser {
  readonly appid: string;
  readonly openid: string;
  unionid: string | undefined;
  sessionKey: string;
  /** High-risk: code2session answers 40226. */
  blocked: boolean;
}

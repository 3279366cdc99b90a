/** Mini program or official account: the two differ in what their tokens may be used for. */
export type WechatAppKind = 'mp' | 'oa';

export interface WechatAppConfig {
  readonly appid: string;
  readonly secret: string;
  readonly kind: WechatAppKind;
  readonly push?: WechatPushConfig;
}

/** Message push as the account's console has it. */
export interface WechatPushConfig {
  readonly token: string;
  readonly aesKey: string;
  readonly url: string;
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
  /** Where messages and events are pushed to; null = message push is off. */
  readonly pushUrl: string | null;
  readonly pushToken: string | null;
  /** EncodingAESKey, 43 characters. */
  readonly pushAesKey: string | null;
  /** How long the answer to a push may take (reference 10.3: 5 s). */
  readonly pushTimeoutMs: number;
  /** Pages of the released version (no slash in front); null = whatever is asked for is there. */
  readonly pages: readonly string[] | null;
  /** False: nothing was released yet (85079 for links). */
  readonly isReleased: boolean;
  /** What msgSecCheck finds in texts, the first match first; anything else passes. */
  readonly textRules: readonly TextRule[];
  readonly limits: WechatLimits;
}

export interface TextRule {
  readonly keyword: string;
  readonly suggest: 'review' | 'risky';
  readonly label: number;
}

export const defaultTextRules: readonly TextRule[] = [
  { keyword: '赌博', suggest: 'risky', label: 20006 },
  { keyword: '加微信', suggest: 'review', label: 10001 },
];

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
  /** Reference 5. */
  readonly unlimitedQrPerMinute: number;
  readonly qrCodesInAll: number;
  /** Schemes and links together (reference 6). */
  readonly linksPerDay: number;
  readonly linksPerSecond: number;
  readonly shortLinksPerDay: number;
  readonly permanentShortLinksInAll: number;
  /** Reference 8. */
  readonly textChecksPerMinute: number;
  readonly textChecksPerDay: number;
  readonly mediaChecksPerMinute: number;
  readonly mediaChecksPerDay: number;
  /** The same picture of the same user; the figure is not in the reference. */
  readonly sameMediaPerDay: number;
  /** How long ago a user may have visited, for content checks. */
  readonly visitMaxAgeSeconds: number;
  /** Both kinds of clear_quota together (reference 3.2). */
  readonly quotaClearsPerMonth: number;
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
  unlimitedQrPerMinute: 5000,
  qrCodesInAll: 100_000,
  linksPerDay: 500_000,
  linksPerSecond: 100,
  shortLinksPerDay: 10_000_000,
  permanentShortLinksInAll: 100_000,
  textChecksPerMinute: 4000,
  textChecksPerDay: 2_000_000,
  mediaChecksPerMinute: 2000,
  mediaChecksPerDay: 200_000,
  sameMediaPerDay: 100,
  visitMaxAgeSeconds: 7200,
  quotaClearsPerMonth: 10,
  ticketsPerDay: 1_000_000,
};

export const defaultSettings = ({
  secret,
  push,
}: Pick<WechatAppConfig, 'secret' | 'push'>): WechatAppSettings => ({
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
  pushUrl: push?.url ?? null,
  pushToken: push?.token ?? null,
  pushAesKey: push?.aesKey ?? null,
  pushTimeoutMs: 5000,
  pages: null,
  isReleased: true,
  textRules: defaultTextRules,
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
  /** When the user last opened the mini program. */
  visitedAtMs: number;
}

/** A picture or a sound somebody asked about; its verdict travels by message push. */
export interface MediaCheck {
  readonly appid: string;
  readonly traceId: string;
  readonly openid: string;
  readonly mediaUrl: string;
  readonly mediaType: 'audio' | 'image';
  readonly askedAtMs: number;
}

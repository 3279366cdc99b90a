/** The calls of WeChat's server API that this service makes, by the name that metrics and errors show. */
export type WechatCall =
  | 'login'
  | 'token'
  | 'ticket'
  | 'quotaInfo'
  | 'phone'
  | 'checkSession'
  | 'resetSession'
  | 'qrCode'
  | 'unlimitedQrCode'
  | 'squareQrCode'
  | 'urlScheme'
  | 'urlLink'
  | 'shortLink'
  | 'checkText'
  | 'checkMedia'
  | 'clearQuota'
  | 'clearQuotaBySecret'
  | 'sendSubscribeMessage'
  | 'uploadShipping'
  | 'findShipping'
  | 'remindReceipt'
  | 'isTradeManaged'
  | 'listCarriers';

/** An allowance that WeChat gives an account: so many per calendar day or month in Beijing, or in all. */
export interface Quota {
  readonly max: number;
  readonly window: 'day' | 'month' | 'total';
}

/**
 * The allowances we keep to ourselves (reference, 3.1, 3.2, 5, 6 and 8). Those of one pool share one
 * entry. What WeChat documents no figure for is not here: there 45009 is the answer.
 */
export const quotas = {
  forcedToken: { max: 20, window: 'day' },
  classicToken: { max: 2000, window: 'day' },
  stableToken: { max: 500_000, window: 'day' },
  qrCode: { max: 100_000, window: 'total' },
  link: { max: 500_000, window: 'day' },
  shortLink: { max: 10_000_000, window: 'day' },
  permanentShortLink: { max: 100_000, window: 'total' },
  checkText: { max: 2_000_000, window: 'day' },
  checkMedia: { max: 200_000, window: 'day' },
  clearQuota: { max: 10, window: 'month' },
} as const satisfies Readonly<Record<string, Quota>>;

export type QuotaName = keyof typeof quotas;

export const quotaNames = Object.keys(quotas) as readonly QuotaName[];

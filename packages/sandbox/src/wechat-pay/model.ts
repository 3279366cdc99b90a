/** A direct merchant as the console knows it. */
export interface PayMerchantConfig {
  readonly mchid: string;
  /** Apps that are bound to the merchant. */
  readonly appids: readonly string[];
  /** Exactly 32 ASCII bytes. */
  readonly apiV3Key: string;
  /** Serial of the merchant's API certificate, 40 upper-case hex digits. */
  readonly serialNo: string;
  /** PEM of the public key (or certificate) that belongs to the merchant's private key. */
  readonly publicKey: string;
  /**
   * The key pair of the WeChat Pay public key (微信支付公钥), when a service must know it before the
   * sandbox starts; without it one is made up.
   */
  readonly platformKey?: { readonly id: string; readonly privateKey: string };
}

/** What the console, the vendor or fate can change; `PATCH …/wechat-pay/merchants/{mchid}`. */
export interface PaySettings {
  /** Whether `GET /v3/certificates` answers; new merchants have the public key only. */
  readonly certificates: 'available' | 'none';
  /** Which key signs notifications: the platform decides, and shifts by and by (reference 4). */
  readonly notifyKey: 'certificate' | 'public_key';
  /** Share of notifications signed with the other key, [0, 1]. */
  readonly notifyOtherKeyShare: number;
  /** Share of answers with a deliberately wrong signature (签名探测), [0, 1]. */
  readonly probeShare: number;
  readonly spelling: 'usual' | 'other';
  /** Whether a changed re-entry of a prepay is 400 INVALID_REQUEST or 403 OUT_TRADE_NO_USED. */
  readonly changedReentry: 'INVALID_REQUEST' | 'OUT_TRADE_NO_USED';
  /** Held back notifications are sent when this is false again. */
  readonly notificationsPaused: boolean;
  /** The retry schedule runs this much faster. */
  readonly notifySpeed: number;
  /** How long an accepted refund is in process. */
  readonly refundDelayMs: number;
  readonly refundResult: 'SUCCESS' | 'ABNORMAL' | 'CLOSED';
  readonly refundGapSeconds: number;
  readonly refundsPerOrderMax: number;
  /** What the merchant's account holds, in fen; null = what was paid, never too little. */
  readonly balanceFen: number | null;
  /** A 429 whose refund was accepted all the same (reference 9). */
  readonly refundLimitedButAccepted: boolean;
  /** Beijing hour from which yesterday's bill can be had. */
  readonly billReadyHour: number;
}

export const defaultSettings: PaySettings = {
  certificates: 'available',
  notifyKey: 'certificate',
  notifyOtherKeyShare: 0,
  probeShare: 0,
  spelling: 'usual',
  changedReentry: 'INVALID_REQUEST',
  notificationsPaused: false,
  notifySpeed: 1,
  refundDelayMs: 1000,
  refundResult: 'SUCCESS',
  refundGapSeconds: 60,
  refundsPerOrderMax: 50,
  balanceFen: null,
  refundLimitedButAccepted: false,
  billReadyHour: 10,
};

export interface PayMerchant {
  readonly config: PayMerchantConfig;
  settings: PaySettings;
}

export type TradeState = 'NOTPAY' | 'SUCCESS' | 'REFUND' | 'CLOSED';

export interface PayOrder {
  readonly mchid: string;
  readonly appid: string;
  readonly outTradeNo: string;
  readonly openid: string;
  readonly totalFen: number;
  readonly description: string;
  readonly attach: string | undefined;
  readonly notifyUrl: string;
  /** Everything that was sent, for telling a repeat from a change. */
  readonly fingerprint: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  state: TradeState;
  transactionId: string | undefined;
  paidAtMs: number | undefined;
  closedAtMs: number | undefined;
  failedAttempts: number;
}

export type RefundStatus = 'PROCESSING' | 'SUCCESS' | 'ABNORMAL' | 'CLOSED';

export interface PayRefund {
  readonly mchid: string;
  readonly refundId: string;
  readonly outRefundNo: string;
  readonly outTradeNo: string;
  readonly transactionId: string;
  readonly refundFen: number;
  readonly totalFen: number;
  readonly notifyUrl: string | undefined;
  readonly fingerprint: string;
  readonly createdAtMs: number;
  readonly finalAtMs: number;
  readonly result: Exclude<RefundStatus, 'PROCESSING'>;
  status: RefundStatus;
  successAtMs: number | undefined;
}

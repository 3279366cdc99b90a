import type { SandboxClock } from '../clock.ts';
import { ControlError } from '../control-error.ts';
import { createBillDesk, type BillDesk } from './bills.ts';
import { issueCertificate, publicKeyOf, type PlatformKey } from './keyring.ts';
import {
  defaultSettings,
  type PayMerchant,
  type PayMerchantConfig,
  type PaySettings,
} from './model.ts';
import { createNotifier, type Notifier } from './notifier.ts';
import { createOrderBook, type OrderBook } from './orders.ts';
import { createRefundBook, type RefundBook } from './refunds.ts';

/** What WeChat Pay knows. */
export interface PayState {
  readonly clock: SandboxClock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly orders: OrderBook;
  readonly refunds: RefundBook;
  readonly notifier: Notifier;
  readonly bills: BillDesk;
  findMerchant(mchid: string): PayMerchant | undefined;
  merchants(): readonly PayMerchant[];
  changeSettings(mchid: string, patch: Partial<PaySettings>): PayMerchant;
  /** Certificates that have not expired, oldest first. */
  certificates(mchid: string): readonly PlatformKey[];
  publicKey(mchid: string): PlatformKey;
  /** A new certificate beside the old ones, as in a rotation. */
  rotateCertificate(mchid: string): PlatformKey;
  /** The key that signs, by kind; the newest certificate. */
  signingKey(mchid: string, kind: PlatformKey['kind']): PlatformKey;
  reset(): void;
  close(): void;
}

interface Options {
  readonly merchants: readonly PayMerchantConfig[];
  readonly clock: SandboxClock;
  readonly random: () => number;
}

interface Keys {
  readonly certificates: PlatformKey[];
  readonly publicKey: PlatformKey;
}

export const createPayState = ({ merchants: configs, clock, random }: Options): PayState => {
  const nowMs = (): number => clock.nowMs();
  const merchants = new Map<string, PayMerchant>();
  const keys = new Map<string, Keys>();

  const configure = (): void => {
    merchants.clear();
    for (const config of configs)
      merchants.set(config.mchid, { config, settings: defaultSettings });
  };
  configure();

  /** Made when first needed: an RSA key takes a while, and most runs of the sandbox have no Pay. */
  const keysOf = (mchid: string): Keys => {
    const present = keys.get(mchid);
    if (present !== undefined) return present;
    const merchant = merchants.get(mchid);
    if (merchant === undefined) throw new ControlError('mchid', 'no such merchant', 404);
    const made = {
      certificates: [issueCertificate(nowMs() - 86_400_000)],
      publicKey: publicKeyOf(merchant.config.platformKey),
    };
    keys.set(mchid, made);
    return made;
  };

  const findMerchant = (mchid: string): PayMerchant | undefined => merchants.get(mchid);
  const certificates = (mchid: string): readonly PlatformKey[] =>
    keysOf(mchid).certificates.filter(({ expiresAtMs }) => expiresAtMs > nowMs());
  const signingKey: PayState['signingKey'] = (mchid, kind) => {
    const newest = certificates(mchid).at(-1);
    return kind === 'public_key' || newest === undefined ? keysOf(mchid).publicKey : newest;
  };

  const notifier = createNotifier({ nowMs, random, findMerchant, signingKey });
  const orders = createOrderBook({ nowMs, notifier, findMerchant });
  const refunds = createRefundBook({ nowMs, notifier, orders, findMerchant });
  const bills = createBillDesk({ nowMs, orders, refunds });

  return {
    clock,
    random,
    orders,
    refunds,
    notifier,
    bills,
    findMerchant,
    merchants: () => [...merchants.values()],
    changeSettings(mchid, patch) {
      const merchant = merchants.get(mchid);
      if (merchant === undefined) throw new ControlError('mchid', 'no such merchant', 404);
      merchant.settings = { ...merchant.settings, ...patch };
      notifier.wake();
      return merchant;
    },
    certificates,
    publicKey: (mchid) => keysOf(mchid).publicKey,
    rotateCertificate(mchid) {
      const fresh = issueCertificate(nowMs());
      keysOf(mchid).certificates.push(fresh);
      return fresh;
    },
    signingKey,
    reset() {
      configure();
      notifier.clear();
      orders.clear();
      refunds.clear();
      bills.clear();
    },
    close: () => {
      notifier.close();
    },
  };
};

import { X509Certificate, type KeyObject } from 'node:crypto';
import type { Part } from '@app/runtime';
import {
  isSigned,
  openResource,
  readSerial,
  type Headers,
  type SealedResource,
} from './platform-signature.ts';

/** A certificate list as it came, not verified yet. */
export interface CertificateAnswer {
  readonly headers: Headers;
  readonly body: Buffer;
}

interface Deps {
  /** The WeChat Pay public keys (微信支付公钥) of the console, by id. */
  readonly publicKeys: ReadonlyMap<string, KeyObject>;
  readonly apiV3Key: string;
  /** `GET /v3/certificates`; `none` when the merchant has public keys only. */
  readonly fetchCertificates: () => Promise<CertificateAnswer | 'none'>;
  readonly clock: { nowMs(): number };
  readonly logger: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
  };
}

/** Whose signatures are believed. */
export interface TrustStore extends Part {
  /** The key of that serial; an unknown certificate is looked for once, then it is undefined. */
  find(serial: string): Promise<KeyObject | undefined>;
}

interface Known {
  readonly key: KeyObject;
  readonly untilMs: number;
}

const CERTIFICATE_SERIAL = /^[0-9A-F]{40}$/;
/** A forged serial must not make us ask for each message. */
const ASK_AGAIN_AFTER_MS = 60_000;
const REFRESH_EVERY_MS = 12 * 3_600_000;

interface ListedCertificate {
  readonly serial_no: string;
  readonly encrypt_certificate: SealedResource;
}

const readList = (body: Buffer): readonly ListedCertificate[] => {
  try {
    const { data } = JSON.parse(body.toString('utf8')) as { data?: unknown };
    return Array.isArray(data) ? (data as ListedCertificate[]) : [];
  } catch {
    return [];
  }
};

/** Nothing is known of the list yet: whatever its form, it is no certificate or a good one. */
const openCertificate = (
  listed: ListedCertificate,
  apiV3Key: string,
): readonly [string, Known] | undefined => {
  try {
    const { serial_no, encrypt_certificate } = listed;
    const pem = openResource(encrypt_certificate, apiV3Key);
    if (pem === undefined) return undefined;
    const certificate = new X509Certificate(pem);
    if (certificate.serialNumber.toUpperCase().padStart(40, '0') !== serial_no) return undefined;
    return [serial_no, { key: certificate.publicKey, untilMs: certificate.validToDate.getTime() }];
  } catch {
    return undefined;
  }
};

/**
 * Public keys as configured, and platform certificates as WeChat lists them (reference: Pay, 4). A
 * list is believed when a certificate we know, or one that it brings and that only the holder of
 * the APIv3 key could have sealed, signed it.
 */
export const createTrustStore = (deps: Deps): TrustStore => {
  const { publicKeys, apiV3Key, fetchCertificates, clock, logger } = deps;
  let certificates = new Map<string, Known>();
  let askedAtMs = -Infinity;
  let refreshing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const valid = (serial: string, among = certificates): KeyObject | undefined => {
    const known = among.get(serial);
    return known !== undefined && known.untilMs > clock.nowMs() ? known.key : undefined;
  };

  const refresh = async (): Promise<void> => {
    askedAtMs = clock.nowMs();
    const answer = await fetchCertificates();
    if (answer === 'none') return;
    const listed = new Map(
      readList(answer.body).flatMap((one) => {
        const opened = openCertificate(one, apiV3Key);
        return opened === undefined ? [] : [opened];
      }),
    );
    const signer = readSerial(answer.headers, clock.nowMs());
    const key = signer.ok
      ? (publicKeys.get(signer.serial) ?? valid(signer.serial) ?? valid(signer.serial, listed))
      : undefined;
    if (key === undefined || !isSigned(answer.headers, answer.body, key)) {
      logger.warn({ signer }, 'the list of platform certificates is not genuine, it is not used');
      return;
    }
    const now = clock.nowMs();
    const kept = [...certificates].filter(([, { untilMs }]) => untilMs > now);
    certificates = new Map([...kept, ...listed]);
    logger.info({ serials: [...listed.keys()] }, 'platform certificates fetched');
  };

  const sharedRefresh = (): Promise<void> => {
    refreshing ??= refresh().finally(() => (refreshing = undefined));
    return refreshing;
  };

  const inBackground = (): void => {
    sharedRefresh().catch((error: unknown) => {
      logger.warn({ err: error }, 'platform certificates could not be fetched, trying again later');
    });
  };

  return {
    name: 'wechat pay trust store',
    async find(serial) {
      const known = publicKeys.get(serial) ?? valid(serial);
      if (known !== undefined || !CERTIFICATE_SERIAL.test(serial)) return known;
      const isTooSoon = clock.nowMs() - askedAtMs < ASK_AGAIN_AFTER_MS;
      if (refreshing === undefined && isTooSoon) return undefined;
      await sharedRefresh();
      return valid(serial);
    },
    start() {
      inBackground();
      timer = setInterval(inBackground, REFRESH_EVERY_MS).unref();
      return Promise.resolve();
    },
    async stop() {
      clearInterval(timer);
      await refreshing?.catch(() => undefined);
    },
  };
};

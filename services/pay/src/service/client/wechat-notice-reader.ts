import type { Clock } from '@app/kernel';
import { payError } from '../../errors.ts';
import type { ExchangeJournal } from '../../repository.ts';
import type { NoticeReader, RawNotice } from '../../service.ts';
import { isSigned, openResource, readSerial, type SealedResource } from './platform-signature.ts';
import type { TrustStore } from './trust-store.ts';
import { readRefundNews, readTransaction } from './wechat-pay-answers.ts';

interface Deps {
  readonly trust: Pick<TrustStore, 'find'>;
  readonly apiV3Key: string;
  readonly journal: Pick<ExchangeJournal, 'add'>;
  readonly clock: Clock;
}

/** Forged notices are free for whoever sends them: only so many a minute are kept. */
const REFUSED_PER_MINUTE = 60;

interface Envelope {
  readonly event_type: string;
  readonly resource: SealedResource & { readonly original_type: string };
}

const refused = (reason: string) => payError('WECHAT_PAY_NOTICE_REFUSED', { data: { reason } });

const readEnvelope = (body: Buffer): Envelope => {
  try {
    const envelope = JSON.parse(body.toString('utf8')) as Envelope;
    const { event_type, resource } = envelope;
    const texts = [event_type, resource.algorithm, resource.ciphertext, resource.nonce];
    if (texts.every((text) => typeof text === 'string')) return envelope;
  } catch {
    // Not JSON, or without a resource: refused below like any other form we do not know.
  }
  throw refused('form');
};

const parseFields = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Refused below.
  }
  throw refused('content');
};

/** The order of work is the reference's (Pay, 8.2): nothing is parsed before the signature holds. */
export const createNoticeReader = ({ trust, apiV3Key, journal, clock }: Deps): NoticeReader => {
  const open = async ({ headers, body }: RawNotice): Promise<Readonly<Record<string, unknown>>> => {
    const serial = readSerial(headers, clock.nowMs());
    if (!serial.ok) throw refused(serial.reason);
    const key = await trust.find(serial.serial);
    if (key === undefined) throw refused('serial');
    if (!isSigned(headers, body, key)) throw refused('signature');
    const text = openResource(readEnvelope(body).resource, apiV3Key);
    if (text === undefined) throw refused('ciphertext');
    return parseFields(text);
  };

  const refusedIn = { minute: 0, count: 0 };
  const mayRecordRefused = (): boolean => {
    const minute = Math.floor(clock.nowMs() / 60_000);
    if (refusedIn.minute !== minute) Object.assign(refusedIn, { minute, count: 0 });
    refusedIn.count += 1;
    return refusedIn.count <= REFUSED_PER_MINUTE;
  };

  const read = async <R>(
    operation: string,
    notice: RawNotice,
    parse: (fields: Readonly<Record<string, unknown>>) => R | undefined,
    referenceOf: (news: R) => string,
  ): Promise<R> => {
    const record = (verdict: string, reference: string): Promise<void> =>
      journal.add({
        direction: 'received',
        operation,
        reference,
        status: null,
        verdict,
        raw: JSON.stringify({ headers: notice.headers, body: notice.body.toString('utf8') }),
      });
    try {
      const news = parse(await open(notice));
      if (news === undefined) throw refused('content');
      await record('ok', referenceOf(news));
      return news;
    } catch (error) {
      const { data } = error as { data?: { reason?: string } };
      if (mayRecordRefused()) await record(data?.reason ?? 'INTERNAL', '');
      throw error;
    }
  };

  return {
    readPayment: (notice) =>
      read('payment-notice', notice, readTransaction, ({ orderNo }) => orderNo),
    readRefund: (notice) =>
      read('refund-notice', notice, readRefundNews, ({ refundNo }) => refundNo),
  };
};

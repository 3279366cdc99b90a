import type { Clock } from '@app/kernel';
import { UpstreamError, type Upstream } from '@app/runtime';
import { payError } from '../../errors.ts';
import type { ExchangeJournal } from '../../repository.ts';
import { authorizationOf, type MerchantIdentity } from './authorization.ts';
import { isSigned, readSerial, type Headers } from './platform-signature.ts';
import type { TrustStore } from './trust-store.ts';

export interface PayRequest {
  /** For spans, metrics and the journal: `prepay`. */
  readonly operation: string;
  readonly reference: string;
  readonly method: 'GET' | 'POST';
  /** Path and query, percent-encoded, exactly as they go out: they are signed. */
  readonly target: string;
  readonly json?: object;
}

/** A file of WeChat, with the time and the size that files need. */
export type FileRequest = Omit<PayRequest, 'method' | 'json'>;

/** `code` is WeChat's, in one spelling (reference: Pay, 14.2); empty on success. */
export interface PayReply {
  readonly status: number;
  readonly code: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
  readonly body: Buffer;
}

export interface PayExchange {
  /**
   * One signed request. Replies are 2xx with a signature that verifies, or 4xx with a code that the
   * caller judges; the rest is thrown as UPSTREAM_WECHAT_PAY_….
   */
  send(request: PayRequest): Promise<PayReply>;
  /** The same without verifying the answer: for the list of certificates, which verifies itself. */
  sendUnverified(request: PayRequest): Promise<PayReply>;
  /**
   * Signed like any GET; the answer has no signature (reference: Pay, 10) and is believed by its
   * hash. The journal holds that it was fetched, not the file.
   */
  download(request: FileRequest): Promise<PayReply>;
}

interface Deps {
  readonly upstream: Upstream;
  /** The same company, for answers that are large and slow. */
  readonly files: Upstream;
  readonly identity: MerchantIdentity;
  /** Sent so that answers are signed with that public key; undefined: with a certificate. */
  readonly wantedSerial: string | undefined;
  readonly trust: () => Pick<TrustStore, 'find'>;
  readonly journal: Pick<ExchangeJournal, 'add'>;
  readonly clock: Clock;
}

const USER_AGENT = 'mini-program-mall/1 (node)';

const fieldsOf = (body: Buffer): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : {};
  } catch {
    return {};
  }
};

/** Both spellings of a code are live. */
export const normalCode = (code: unknown): string =>
  typeof code === 'string' ? code.replaceAll('_', '').toUpperCase() : '';

const unavailable = (operation: string, reason: string, cause?: unknown) =>
  payError('UPSTREAM_WECHAT_PAY_UNAVAILABLE', {
    message: `${operation}: ${reason}`,
    data: { reason },
    cause,
  });

const failureOf = (operation: string, error: unknown): unknown => {
  if (!(error instanceof UpstreamError)) return error;
  if (error.reason !== 'timeout') return unavailable(operation, error.reason, error);
  return payError('UPSTREAM_WECHAT_PAY_TIMEOUT', {
    message: `${operation}: no answer in time`,
    cause: error,
  });
};

export const createPayExchange = (deps: Deps): PayExchange => {
  const { upstream, files, identity, wantedSerial, trust, journal, clock } = deps;

  const exchange = async (request: PayRequest, via = upstream): Promise<PayReply> => {
    const { operation, method, target, json } = request;
    const body = json === undefined ? '' : JSON.stringify(json);
    const authorization = authorizationOf(identity, { method, target, body }, clock.nowMs());
    const response = await via
      .request({
        method,
        path: target,
        operation,
        headers: {
          authorization,
          accept: 'application/json',
          'user-agent': USER_AGENT,
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
          ...(wantedSerial === undefined ? {} : { 'wechatpay-serial': wantedSerial }),
        },
        ...(json === undefined ? {} : { body }),
      })
      .catch((error: unknown) => {
        throw failureOf(operation, error);
      });
    const { status, headers } = response;
    const fields = fieldsOf(response.body);
    const code = status < 300 ? '' : normalCode(fields['code']);
    return { status, code, fields, headers, body: response.body };
  };

  const recorded = async (
    request: PayRequest,
    work: () => Promise<PayReply>,
    textOf = ({ body }: PayReply): string => body.toString('utf8'),
  ): Promise<PayReply> => {
    const { operation, reference, method, target, json } = request;
    const tell = (status: number | null, verdict: string, answer: string): Promise<void> =>
      journal.add({
        direction: 'sent',
        operation,
        reference,
        status,
        verdict,
        raw: JSON.stringify({ method, target, json, answer }),
      });
    try {
      const reply = await work();
      await tell(reply.status, reply.code === '' ? 'ok' : reply.code, textOf(reply));
      return reply;
    } catch (error) {
      await tell(null, (error as { code?: string }).code ?? 'INTERNAL', '');
      throw error;
    }
  };

  const verify = async ({ operation }: PayRequest, reply: PayReply): Promise<PayReply> => {
    if (reply.status >= 300) {
      if (reply.status === 429) throw unavailable(operation, 'rate');
      return reply;
    }
    const serial = readSerial(reply.headers, clock.nowMs());
    const key = serial.ok ? await trust().find(serial.serial) : undefined;
    if (key === undefined || !isSigned(reply.headers, reply.body, key))
      throw unavailable(operation, 'signature');
    return reply;
  };

  return {
    send: (request) => recorded(request, async () => verify(request, await exchange(request))),
    sendUnverified: (request) => recorded(request, () => exchange(request)),
    download: (target) => {
      const request: PayRequest = { ...target, method: 'GET' };
      return recorded(
        request,
        () => exchange(request, files),
        ({ body }) => `${body.length} bytes`,
      );
    },
  };
};

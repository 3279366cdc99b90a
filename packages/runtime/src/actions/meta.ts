import type { Locale } from '../context.ts';
import type { CallContext, Caller, RawRequest } from './types.ts';

/** What travels beside the params in moleculer's `meta`. */
export interface CallMeta {
  readonly caller: Caller;
  readonly requestId: string;
  readonly locale: Locale;
  readonly idempotencyKey?: string;
  readonly userAgent?: string;
  readonly clientIp?: string;
  readonly traceparent?: string;
  /** The body as base64: packets are JSON, and a signature needs the exact bytes. */
  readonly raw?: Omit<RawRequest, 'body'> & { readonly body: string };
}

export interface MetaSource extends Partial<Omit<CallContext, 'action'>> {
  readonly caller: Caller;
  readonly requestId: string;
  readonly locale: Locale;
  readonly traceparent?: string | undefined;
}

/** A fresh object each time: moleculer merges the answer's meta into it. */
export const toMeta = (source: MetaSource): CallMeta => {
  const meta: { -readonly [K in keyof CallMeta]: CallMeta[K] } = {
    caller: source.caller,
    requestId: source.requestId,
    locale: source.locale,
  };
  if (source.idempotencyKey !== undefined) meta.idempotencyKey = source.idempotencyKey;
  if (source.userAgent !== undefined) meta.userAgent = source.userAgent;
  if (source.clientIp !== undefined) meta.clientIp = source.clientIp;
  if (source.traceparent !== undefined) meta.traceparent = source.traceparent;
  if (source.raw !== undefined) {
    meta.raw = { ...source.raw, body: source.raw.body.toString('base64') };
  }
  return meta;
};

export type ParsedMeta = Omit<CallContext, 'action'> & { readonly traceparent: string | undefined };

const nobody: Caller = { kind: 'public' };
const kinds: ReadonlySet<string> = new Set([
  'user',
  'admin',
  'internal',
  'callback',
  'service',
  'public',
]);

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

// A call without our meta (a console, another framework) has the rights of nobody.
const callerOf = (value: unknown): Caller => {
  if (typeof value !== 'object' || value === null) return nobody;
  const { kind } = value as { readonly kind?: unknown };
  return typeof kind === 'string' && kinds.has(kind) ? (value as Caller) : nobody;
};

const rawOf = (value: unknown): RawRequest | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  const raw = value as NonNullable<CallMeta['raw']>;
  return { ...raw, body: Buffer.from(raw.body, 'base64') };
};

// `00-<32 hex>-<16 hex>-<2 hex>`; what is in it is checked where it is parsed.
const TRACEPARENT_LENGTH = 55;

/** Reads what `toMeta` wrote; whatever is missing or strange becomes the least privilege. */
export const fromMeta = (
  meta: Readonly<Record<string, unknown>> | null | undefined,
  newRequestId: () => string,
): ParsedMeta => {
  const traceparent = textOf(meta?.['traceparent']);
  return {
    caller: callerOf(meta?.['caller']),
    requestId: textOf(meta?.['requestId']) ?? newRequestId(),
    locale: meta?.['locale'] === 'en' ? 'en' : 'zh-CN',
    idempotencyKey: textOf(meta?.['idempotencyKey']),
    userAgent: textOf(meta?.['userAgent']),
    clientIp: textOf(meta?.['clientIp']),
    raw: rawOf(meta?.['raw']),
    traceparent: traceparent?.length === TRACEPARENT_LENGTH ? traceparent : undefined,
  };
};

import { type Msg, type MsgHdrs, headers } from 'nats';
import type { FactMessage } from './types.ts';

/** Header with the W3C trace context of whoever published. */
export const TRACEPARENT = 'traceparent';

/** One fact is a notice, not a document; a consumer that needs more asks its owner. */
export const FACT_BYTES_MAX = 256 * 1024;

const NAME = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+$/;

/** Throws on a name that would not make a subject. */
export const checkFactName = (name: string): string => {
  if (NAME.test(name) && name.length <= 128) return name;
  throw new Error(
    `"${name}" is not a fact's name: it is <service>.<factInPastTense>, for example user.registered`,
  );
};

export const encodeFact = (message: FactMessage): Uint8Array => {
  const { id, name, payload, occurredAtMs, requestId } = message;
  const bytes = Buffer.from(JSON.stringify({ id, name, payload, occurredAtMs, requestId }));
  if (bytes.length <= FACT_BYTES_MAX) return bytes;
  throw new Error(
    `fact ${name} ${id} has ${bytes.length} bytes, at most ${FACT_BYTES_MAX} are allowed: carry ids, not documents`,
  );
};

/** The fact in a message, or `undefined` when its bytes are not one. */
export const decodeFact = (
  data: Uint8Array,
  head: MsgHdrs | undefined,
): FactMessage | undefined => {
  const value = parse(data);
  if (!isFact(value)) return undefined;
  const { id, name, payload, occurredAtMs, requestId } = value;
  const traceparent = head?.get(TRACEPARENT) ?? '';
  return {
    id,
    name,
    payload,
    occurredAtMs,
    ...(typeof requestId === 'string' ? { requestId } : {}),
    ...(traceparent === '' ? {} : { traceparent }),
  };
};

const parse = (data: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data));
  } catch {
    return undefined;
  }
};

const isFact = (value: unknown): value is Omit<FactMessage, 'traceparent'> => {
  if (typeof value !== 'object' || value === null) return false;
  const { id, name, occurredAtMs } = value as Record<string, unknown>;
  return (
    typeof id === 'string' && id !== '' && typeof name === 'string' && Number.isFinite(occurredAtMs)
  );
};

/** A copy that can be added to: headers that came with a message belong to it. */
export const copyHeaders = (from: MsgHdrs | undefined): MsgHdrs => {
  const copy = headers();
  for (const [key, values] of from ?? []) {
    // What the server or the first publisher told JetStream is not to be told again.
    if (!key.toLowerCase().startsWith('nats-')) for (const value of values) copy.append(key, value);
  }
  return copy;
};

/** A header value is one line. */
export const toHeaderText = (text: string): string => text.replace(/[\r\n]+/g, ' ').slice(0, 300);

/** What JetStream says about a delivery, in the subject that answers go to. */
export interface DeliveryInfo {
  /** 1 for the first delivery. */
  readonly attempt: number;
  readonly streamSeq: number;
}

/**
 * `$JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<time>.<pending>`, and with
 * domain and account in front of the stream on newer servers (NATS ADR-15).
 */
export const deliveryInfo = ({ reply = '' }: Pick<Msg, 'reply'>): DeliveryInfo => {
  const tokens = reply.split('.');
  const [, , , , delivered, seq] = tokens.length === 9 ? tokens : tokens.toSpliced(2, 2);
  return { attempt: Number(delivered), streamSeq: Number(seq) };
};

/** The answers to a delivery (NATS ADR-15). */
export const ack = {
  done: Buffer.from('+ACK'),
  inProgress: Buffer.from('+WPI'),
  again: (delayMs: number): Buffer =>
    Buffer.from(delayMs > 0 ? `-NAK {"delay": ${Math.ceil(delayMs) * 1_000_000}}` : '-NAK'),
};

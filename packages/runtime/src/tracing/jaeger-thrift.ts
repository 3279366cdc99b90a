import { type HrTime, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

/** The structs of jaeger.thrift as `jaeger-client`'s senders take them; an i64 is 8 bytes, big endian. */
export interface ThriftTag {
  key: string;
  vType: 'STRING' | 'DOUBLE' | 'BOOL' | 'LONG';
  vStr?: string;
  vDouble?: number;
  vBool?: boolean;
  vLong?: Buffer;
}

interface ThriftReference {
  refType: 'CHILD_OF' | 'FOLLOWS_FROM';
  traceIdLow: Buffer;
  traceIdHigh: Buffer;
  spanId: Buffer;
}

export interface ThriftSpan {
  traceIdLow: Buffer;
  traceIdHigh: Buffer;
  spanId: Buffer;
  parentSpanId: Buffer;
  operationName: string;
  references: ThriftReference[];
  flags: number;
  startTime: Buffer;
  duration: Buffer;
  tags: ThriftTag[];
  logs: { timestamp: Buffer; fields: ThriftTag[] }[];
}

export interface ThriftProcess {
  serviceName: string;
  tags: ThriftTag[];
}

const NO_ID = Buffer.alloc(8);

const KINDS: Readonly<Record<SpanKind, string | undefined>> = {
  [SpanKind.INTERNAL]: undefined,
  [SpanKind.SERVER]: 'server',
  [SpanKind.CLIENT]: 'client',
  [SpanKind.PRODUCER]: 'producer',
  [SpanKind.CONSUMER]: 'consumer',
};

const STATUSES: Readonly<Record<number, 'OK' | 'ERROR' | undefined>> = {
  [SpanStatusCode.OK]: 'OK',
  [SpanStatusCode.ERROR]: 'ERROR',
};

/** One span in Jaeger's own form, with the tags that its UI understands (`span.kind`, `error`). */
export const toThriftSpan = (span: ReadableSpan): ThriftSpan => {
  const { traceId, spanId, traceFlags } = span.spanContext();
  const parentId = span.parentSpanContext?.spanId;
  return {
    ...traceIds(traceId),
    spanId: Buffer.from(spanId, 'hex'),
    parentSpanId: parentId === undefined ? NO_ID : Buffer.from(parentId, 'hex'),
    operationName: span.name,
    references: [
      ...(parentId === undefined ? [] : [reference('CHILD_OF', traceId, parentId)]),
      ...span.links.map(({ context }) =>
        reference('FOLLOWS_FROM', context.traceId, context.spanId),
      ),
    ],
    flags: traceFlags,
    startTime: micros(span.startTime),
    duration: micros(span.duration),
    tags: tagsOf(span),
    logs: span.events.map((event) => ({
      timestamp: micros(event.time),
      fields: [tag('event', event.name), ...toTags(event.attributes ?? {})],
    })),
  };
};

/** The same span without its events and with short values, for one that does not fit a packet. */
export const shorten = (span: ThriftSpan): ThriftSpan => ({
  ...span,
  references: span.references.slice(0, 4),
  tags: [
    ...span.tags.map((each) =>
      each.vStr === undefined ? each : { ...each, vStr: each.vStr.slice(0, 128) },
    ),
    tag('truncated', true),
  ],
  logs: [],
});

export const tag = (key: string, value: unknown): ThriftTag => {
  if (typeof value === 'string') return { key, vType: 'STRING', vStr: value };
  if (typeof value === 'boolean') return { key, vType: 'BOOL', vBool: value };
  if (typeof value !== 'number') return { key, vType: 'STRING', vStr: JSON.stringify(value) };
  return Number.isSafeInteger(value)
    ? { key, vType: 'LONG', vLong: int64(BigInt(value)) }
    : { key, vType: 'DOUBLE', vDouble: value };
};

const tagsOf = ({ attributes, kind, status }: ReadableSpan): ThriftTag[] => {
  const tags = toTags(attributes);
  const kindName = KINDS[kind];
  if (kindName !== undefined) tags.push(tag('span.kind', kindName));
  const statusName = STATUSES[status.code];
  if (statusName !== undefined) tags.push(tag('otel.status_code', statusName));
  if (statusName === 'ERROR') tags.push(tag('error', true));
  if (status.message !== undefined) {
    tags.push(tag('otel.status_description', status.message.slice(0, 1024)));
  }
  return tags;
};

const toTags = (attributes: ReadableSpan['attributes']): ThriftTag[] =>
  Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined || key === 'service.name' ? [] : [tag(key, value)],
  );

const reference = (refType: ThriftReference['refType'], traceId: string, spanId: string) => ({
  refType,
  ...traceIds(traceId),
  spanId: Buffer.from(spanId, 'hex'),
});

const traceIds = (traceId: string) => ({
  traceIdLow: Buffer.from(traceId.slice(16), 'hex'),
  traceIdHigh: Buffer.from(traceId.slice(0, 16), 'hex'),
});

const micros = ([seconds, nanos]: HrTime): Buffer =>
  int64(BigInt(seconds) * 1_000_000n + BigInt(Math.floor(nanos / 1000)));

const int64 = (value: bigint): Buffer => {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigInt64BE(value);
  return bytes;
};

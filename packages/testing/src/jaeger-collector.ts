import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { eventually } from './eventually.ts';

/** One span as it was sent, in plain values. */
export interface CollectedSpan {
  /** 32 hex digits. */
  readonly traceId: string;
  readonly spanId: string;
  /** `undefined` for the root of a trace. */
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly service: string;
  /** `server`, `client`, `producer`, `consumer`, or `internal` when the span has no such tag. */
  readonly kind: string;
  readonly startUs: number;
  readonly durationUs: number;
  readonly flags: number;
  readonly tags: Readonly<Record<string, unknown>>;
  readonly references: readonly {
    readonly type: 'CHILD_OF' | 'FOLLOWS_FROM';
    readonly traceId: string;
    readonly spanId: string;
  }[];
  readonly logs: readonly {
    readonly atUs: number;
    readonly fields: Readonly<Record<string, unknown>>;
  }[];
}

export interface JaegerCollector {
  /** UDP port on 127.0.0.1 that takes what a Jaeger agent takes on 6832. */
  readonly port: number;
  /** Bytes of every packet that came, in order. */
  readonly packetBytes: readonly number[];
  /** All spans so far, in order of arrival. */
  spans(): readonly CollectedSpan[];
  /** Waits until `isComplete` holds for the spans of a trace (default: it has a root), 5 s at most. */
  waitForTrace(
    traceId: string,
    isComplete?: (spans: readonly CollectedSpan[]) => boolean,
  ): Promise<readonly CollectedSpan[]>;
  close(): Promise<void>;
}

/** Listens as a Jaeger agent does and decodes what really came over the wire. */
export const jaegerCollector = async (): Promise<JaegerCollector> => {
  const spans: CollectedSpan[] = [];
  const packetBytes: number[] = [];
  const decode = createDecoder();
  const socket = createSocket('udp4');
  socket.on('message', (packet) => {
    packetBytes.push(packet.length);
    spans.push(...decode(packet));
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  // A burst of 65 kB packets would overflow the default buffer of many kernels.
  socket.setRecvBufferSize(4 * 1024 * 1024);
  return {
    port: socket.address().port,
    packetBytes,
    spans: () => spans,
    waitForTrace: (traceId, isComplete = hasRoot) =>
      eventually(() => {
        const trace = spans.filter((span) => span.traceId === traceId);
        if (!isComplete(trace)) {
          throw new Error(`trace ${traceId} is not complete; it has: ${describe(trace)}`);
        }
        return trace;
      }),
    async close() {
      socket.close();
      await once(socket, 'close');
    },
  };
};

/** Decodes the body of one `emitBatch` call, or of one `Batch` that was posted to a collector. */
export const decodeJaegerBatch = (body: Buffer): readonly CollectedSpan[] =>
  fromBatch(thrift().Batch.rw.readFrom(body, 0));

/** Parents before children, each with its depth: what a person sees in Jaeger. */
export const traceTree = (spans: readonly CollectedSpan[]): string => {
  const ids = new Set(spans.map((span) => span.spanId));
  const lines: string[] = [];
  const visit = (span: CollectedSpan, depth: number): void => {
    lines.push(`${'  '.repeat(depth)}${span.service}: ${span.name}`);
    for (const child of childrenOf(span.spanId)) visit(child, depth + 1);
  };
  const childrenOf = (spanId: string): readonly CollectedSpan[] =>
    spans.filter((span) => span.parentSpanId === spanId).sort((a, b) => a.startUs - b.startUs);
  for (const span of spans) {
    if (span.parentSpanId === undefined || !ids.has(span.parentSpanId)) visit(span, 0);
  }
  return lines.join('\n');
};

const hasRoot = (spans: readonly CollectedSpan[]): boolean =>
  spans.some((span) => span.parentSpanId === undefined);

const describe = (spans: readonly CollectedSpan[]): string =>
  spans.length === 0 ? 'nothing' : `\n${traceTree(spans)}`;

interface WireTag {
  key: string;
  vType: string;
  vStr?: string | null;
  vDouble?: number | null;
  vBool?: boolean | null;
  vLong?: Buffer | null;
}

interface WireSpan {
  traceIdLow: Buffer;
  traceIdHigh: Buffer;
  spanId: Buffer;
  parentSpanId: Buffer;
  operationName: string;
  references?:
    { refType: string; traceIdLow: Buffer; traceIdHigh: Buffer; spanId: Buffer }[] | null;
  flags: number;
  startTime: Buffer;
  duration: Buffer;
  tags?: WireTag[] | null;
  logs?: { timestamp: Buffer; fields: WireTag[] }[] | null;
}

interface WireBatch {
  process: { serviceName: string; tags?: WireTag[] | null };
  spans: WireSpan[];
}

interface Reader<T> {
  readFrom(buffer: Buffer, offset: number): { err?: Error | null; value: T };
}

interface JaegerThrift {
  readonly Agent: {
    readonly emitBatch: {
      readonly argumentsMessageRW: Reader<{ body: { batch: WireBatch } }>;
    };
  };
  readonly Batch: { readonly rw: Reader<WireBatch> };
}

let compiled: JaegerThrift | undefined;

/** The interface files that Jaeger's own client ships, so the decoder is not our reading of them. */
const thrift = (): JaegerThrift => {
  if (compiled !== undefined) return compiled;
  const require = createRequire(import.meta.url);
  const { Thrift } = require('thriftrw') as { Thrift: new (options: object) => unknown };
  const path = (file: string) => require.resolve(`jaeger-client/dist/src/${file}`);
  const load = (entryPoint: string) =>
    new Thrift({ entryPoint, allowOptionalArguments: true, allowFilesystemAccess: true });
  const agent = load(path('thriftrw-idl/agent.thrift')) as Pick<JaegerThrift, 'Agent'>;
  const jaeger = load(path('jaeger-idl/thrift/jaeger.thrift')) as Pick<JaegerThrift, 'Batch'>;
  compiled = { Agent: agent.Agent, Batch: jaeger.Batch };
  return compiled;
};

const createDecoder = () => {
  const { Agent } = thrift();
  return (packet: Buffer): readonly CollectedSpan[] => {
    const { err, value } = Agent.emitBatch.argumentsMessageRW.readFrom(packet, 0);
    if (err) throw err;
    return fromBatch({ value: value.body.batch });
  };
};

const fromBatch = ({ err, value }: { err?: Error | null; value: WireBatch }): CollectedSpan[] => {
  if (err) throw err;
  return value.spans.map((span) => fromSpan(span, value.process.serviceName));
};

const fromSpan = (span: WireSpan, service: string): CollectedSpan => {
  const tags = fromTags(span.tags);
  const parent = span.parentSpanId.toString('hex');
  return {
    traceId: traceIdOf(span),
    spanId: span.spanId.toString('hex'),
    parentSpanId: /^0+$/.test(parent) ? undefined : parent,
    name: span.operationName,
    service,
    kind: typeof tags['span.kind'] === 'string' ? tags['span.kind'] : 'internal',
    startUs: toNumber(span.startTime),
    durationUs: toNumber(span.duration),
    flags: span.flags,
    tags,
    references: (span.references ?? []).map((reference) => ({
      type: reference.refType === 'FOLLOWS_FROM' ? 'FOLLOWS_FROM' : 'CHILD_OF',
      traceId: traceIdOf(reference),
      spanId: reference.spanId.toString('hex'),
    })),
    logs: (span.logs ?? []).map((log) => ({
      atUs: toNumber(log.timestamp),
      fields: fromTags(log.fields),
    })),
  };
};

const fromTags = (tags: readonly WireTag[] | null | undefined): Record<string, unknown> =>
  Object.fromEntries((tags ?? []).map((tag) => [tag.key, valueOf(tag)]));

const valueOf = (tag: WireTag): unknown => {
  switch (tag.vType) {
    case 'BOOL':
      return tag.vBool;
    case 'DOUBLE':
      return tag.vDouble;
    case 'LONG':
      return tag.vLong ? toNumber(tag.vLong) : undefined;
    default:
      return tag.vStr;
  }
};

const traceIdOf = (ids: { traceIdLow: Buffer; traceIdHigh: Buffer }): string =>
  ids.traceIdHigh.toString('hex') + ids.traceIdLow.toString('hex');

const toNumber = (int64: Buffer): number => Number(int64.readBigInt64BE());

import { hostname } from 'node:os';
import { type Context, context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Span,
  type SpanExporter,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import { createJaegerExporter } from './jaeger-exporter.ts';
import { counted } from './metrics.ts';
import { createOtlpExporter } from './otlp-exporter.ts';
import { SERVICE_KEY, setActive } from './span.ts';

export interface TracingConfig {
  /** `none` records nothing; traces then still have ids, for the logs. */
  readonly exporter: 'none' | 'jaeger' | 'otlp';
  /** Share of new traces that are recorded, 0-1; within a trace the first node's decision stands. */
  readonly sampleRatio: number;
  readonly jaegerAgentHost: string;
  /** The agent's UDP port for thrift in binary form, usually 6832. */
  readonly jaegerAgentPort: number;
  /** The collector's URL (`http://host:14268/api/traces`); when given, the agent is not used. */
  readonly jaegerEndpoint?: string | undefined;
  /** `http://host:4318/v1/traces` */
  readonly otlpEndpoint?: string | undefined;
}

export interface Tracing {
  /** Sends what is queued. Bounded, never rejects. */
  flush(): Promise<void>;
  /** Sends what is queued and lets go of every socket. Bounded, never rejects. */
  shutdown(): Promise<void>;
}

/** Spans are dropped beyond this many: a slow Jaeger costs traces, not memory. */
const QUEUE_MAX = 4096;
const BATCH_MAX = 256;
const SEND_EVERY_MS = 1000;
const EXPORT_TIMEOUT_MS = 5000;
const SPAN_LIMITS = {
  attributeCountLimit: 64,
  attributeValueLengthLimit: 1024,
  eventCountLimit: 32,
  linkCountLimit: 16,
  attributePerEventCountLimit: 16,
};

let running: { provider: BasicTracerProvider; holders: number } | undefined;

/**
 * Turns tracing on for this process: sets the global provider and context manager. A process has
 * one tracer: when it runs already (several hosts in a process), the first configuration stands
 * and the last `shutdown` ends it.
 */
export const startTracing = (
  config: TracingConfig,
  { service }: { readonly service: string },
): Tracing => {
  running ??= { provider: install(config, service), holders: 0 };
  const mine = running;
  mine.holders += 1;
  let ended: Promise<void> | undefined;
  return {
    flush: () => quietly(mine.provider.forceFlush()),
    shutdown: () => (ended ??= release(mine)),
  };
};

const install = (config: TracingConfig, service: string): BasicTracerProvider => {
  const exporter = createExporter(config, service);
  const provider = new BasicTracerProvider({
    sampler: new ParentBasedSampler({
      root:
        exporter === undefined
          ? new AlwaysOffSampler()
          : new TraceIdRatioBasedSampler(config.sampleRatio),
    }),
    resource: resourceFromAttributes({ 'service.name': service, 'host.name': hostname() }),
    spanLimits: SPAN_LIMITS,
    spanProcessors: exporter === undefined ? [] : [labelService, createQueue(counted(exporter))],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  setActive({ tracer: provider.getTracer('@app/runtime'), records: exporter !== undefined });
  return provider;
};

const release = async (mine: NonNullable<typeof running>): Promise<void> => {
  mine.holders -= 1;
  if (mine.holders > 0) return quietly(mine.provider.forceFlush());
  running = undefined;
  setActive(undefined);
  trace.disable();
  context.disable();
  await quietly(mine.provider.shutdown());
};

/** Whether traces arrive must never decide whether the process starts, works or stops. */
const quietly = (work: Promise<void>): Promise<void> => work.catch(() => undefined);

const createExporter = (config: TracingConfig, service: string): SpanExporter | undefined => {
  switch (config.exporter) {
    case 'none':
      return undefined;
    case 'jaeger':
      return createJaegerExporter({
        service,
        agent: { host: config.jaegerAgentHost, port: config.jaegerAgentPort },
        endpoint: config.jaegerEndpoint,
        timeoutMs: EXPORT_TIMEOUT_MS,
      });
    case 'otlp':
      return createOtlpExporter(config.otlpEndpoint, EXPORT_TIMEOUT_MS);
  }
};

const createQueue = (exporter: SpanExporter): SpanProcessor =>
  new BatchSpanProcessor(exporter, {
    maxQueueSize: QUEUE_MAX,
    maxExportBatchSize: BATCH_MAX,
    scheduledDelayMillis: SEND_EVERY_MS,
    exportTimeoutMillis: EXPORT_TIMEOUT_MS + 1000,
  });

/** Writes on every span whose it is, also on those that a library starts itself. */
const labelService: SpanProcessor = {
  onStart(span: Span, parent: Context): void {
    const service = parent.getValue(SERVICE_KEY);
    if (typeof service === 'string') span.setAttribute('service.name', service);
  },
  onEnd: () => undefined,
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};

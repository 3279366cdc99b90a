import { hostname } from 'node:os';
import { pid } from 'node:process';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import { createHttpSender, createUdpSender, type JaegerSender } from './jaeger-sender.ts';
import { shorten, tag, type ThriftProcess, toThriftSpan } from './jaeger-thrift.ts';

export interface JaegerExporterConfig {
  /** The service of spans that do not name one in their `service.name`. */
  readonly service: string;
  readonly agent: { readonly host: string; readonly port: number };
  /** When given, spans go to this collector by HTTP instead of to the agent. */
  readonly endpoint: string | undefined;
  readonly timeoutMs: number;
}

/**
 * Sends OpenTelemetry spans with `jaeger-client`'s senders. A batch of Jaeger belongs to one
 * service, so the spans of a process with several services are sent service by service.
 */
export const createJaegerExporter = (config: JaegerExporterConfig): SpanExporter => {
  const createSender = (): JaegerSender =>
    config.endpoint === undefined
      ? createUdpSender(config.agent.host, config.agent.port)
      : createHttpSender(config.endpoint, config.timeoutMs);
  const describe = memoize(describeProcess);
  let sender = createSender();
  let closed = false;
  // A sender holds one batch at a time, so exports must not overlap.
  let last: Promise<unknown> = Promise.resolve();

  const send = async (spans: readonly ReadableSpan[]): Promise<void> => {
    if (closed) throw new Error('the exporter was shut down');
    for (const [service, group] of Map.groupBy(spans, (span) => serviceOf(span, config.service))) {
      sender.setProcess(describe(service));
      await within(config.timeoutMs, sendGroup(sender, group));
    }
  };
  const sendOrReplace = async (spans: readonly ReadableSpan[]): Promise<void> => {
    try {
      await send(spans);
    } catch (error) {
      // What a failed batch left behind in the sender, or a request that hangs, goes with it.
      if (!closed) {
        sender.close();
        sender = createSender();
      }
      throw error;
    }
  };
  return {
    export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
      last = last
        .then(() => sendOrReplace(spans))
        .then(
          () => {
            done({ code: ExportResultCode.SUCCESS });
          },
          (error: unknown) => {
            done({ code: ExportResultCode.FAILED, error: error as Error });
          },
        );
    },
    async forceFlush() {
      await last;
    },
    async shutdown() {
      await last;
      closed = true;
      sender.close();
    },
  };
};

/** One after the other: a full packet is sent inside `append`, which must end before the next. */
const sendGroup = async (sender: JaegerSender, spans: readonly ReadableSpan[]): Promise<void> => {
  for (const span of spans) {
    const thrift = toThriftSpan(span);
    const failure = await append(sender, thrift);
    if (failure === undefined) continue;
    if (!failure.includes('larger than maxSpanSize')) throw new Error(failure);
    await append(sender, shorten(thrift));
  }
  const failure = await new Promise<string | undefined>((resolve) => {
    sender.flush((_spans, error) => {
      resolve(error);
    });
  });
  if (failure !== undefined) throw new Error(failure);
};

const append = (sender: JaegerSender, span: ReturnType<typeof toThriftSpan>) =>
  new Promise<string | undefined>((resolve) => {
    sender.append(span, (_spans, error) => {
      resolve(error);
    });
  });

const serviceOf = ({ attributes, resource }: ReadableSpan, fallback: string): string => {
  const name = attributes['service.name'] ?? resource.attributes['service.name'];
  return typeof name === 'string' ? name : fallback;
};

const describeProcess = (serviceName: string): ThriftProcess => ({
  serviceName,
  tags: [tag('hostname', hostname()), tag('pid', pid)],
});

const memoize = <V>(make: (key: string) => V): ((key: string) => V) => {
  const made = new Map<string, V>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const value = make(key);
    made.set(key, value);
    return value;
  };
};

const within = async <T>(ms: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`Jaeger took no spans for ${ms} ms`));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

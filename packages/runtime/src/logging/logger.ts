import {
  pino,
  type Bindings,
  type ChildLoggerOptions,
  type DestinationStream,
  type Logger,
  type LoggerOptions,
} from 'pino';
import { trace } from '@opentelemetry/api';
import { requestContext, traceIdOf } from '../context.ts';
import { redact, scrubText } from './redact.ts';

export type { Logger } from 'pino';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export interface LoggerConfig {
  readonly level: LogLevel;
  readonly service: string;
  /** Where lines go; by default standard output or `file`, buffered and written asynchronously. */
  readonly destination?: DestinationStream;
  readonly file?: string | undefined;
}

// Lines are collected up to this many bytes or this long, whichever is first.
const BUFFER_BYTES = 4096;
const FLUSH_EVERY_MS = 200;

const traceIdNow = (traceparent: string | undefined): string | undefined =>
  trace.getActiveSpan()?.spanContext().traceId ?? traceIdOf(traceparent);

// A bare error gives its line the error's own message, which never passed the redaction.
const messageOf = (fields: unknown): string | undefined => {
  if (fields instanceof Error) return fields.message;
  if (typeof fields !== 'object' || fields === null) return undefined;
  const { err } = fields as { readonly err?: unknown };
  return err instanceof Error ? err.message : undefined;
};

const optionsOf = ({ level, service }: LoggerConfig): LoggerOptions => ({
  level,
  base: { pid: process.pid },
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: {
    level: (label) => ({ level: label }),
    log: redact,
  },
  // The formatter has made plain objects of errors already.
  serializers: { err: (value: unknown) => value },
  mixin: () => {
    const context = requestContext();
    if (context === undefined) return { service };
    return {
      service: context.service ?? service,
      requestId: context.requestId,
      traceId: traceIdNow(context.traceparent),
    };
  },
  hooks: {
    logMethod(args, method) {
      const [fields, message, ...rest] = args as unknown as [unknown, unknown, ...unknown[]];
      const clean = (value: unknown): unknown =>
        typeof value === 'string' ? scrubText(value) : value;
      const text = message ?? messageOf(fields);
      const cleaned = [
        clean(fields),
        ...(text === undefined ? [] : [clean(text)]),
        ...rest.map(clean),
      ];
      method.apply(this, cleaned as Parameters<typeof method>);
    },
  },
});

/**
 * A pino logger: one JSON object per line, without secrets (`redact.ts`), with `service`,
 * `requestId` and `traceId` of the request being worked on.
 */
export const createLogger = (config: LoggerConfig): Logger => {
  const destination =
    config.destination ??
    pino.destination({
      dest: config.file ?? 1,
      mkdir: true,
      sync: false,
      minLength: BUFFER_BYTES,
      periodicFlush: FLUSH_EVERY_MS,
    });
  return withCleanChildren(pino(optionsOf(config), destination));
};

// pino applies no formatter to the bindings of a child. Children inherit from their parent, so this
// one replacement serves all generations.
const withCleanChildren = (logger: Logger): Logger => {
  const original = logger.child;
  logger.child = function child(this: Logger, bindings: Bindings, options?: ChildLoggerOptions) {
    return Reflect.apply(original, this, [redact(bindings), options]) as Logger;
  } as unknown as typeof original;
  return logger;
};

/** Resolves when every line so far is written; never rejects, waits at most a second. */
export const flushLogger = (logger: Logger): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, 1000);
    logger.flush(() => {
      clearTimeout(timer);
      resolve();
    });
  });

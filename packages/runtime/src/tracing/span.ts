import {
  type Attributes,
  type Context,
  context,
  createContextKey,
  INVALID_SPAN_CONTEXT,
  INVALID_TRACEID,
  type Link,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';

/** Attributes, or how to make them: the function is called only when the span is recorded. */
export type LazyAttributes = Attributes | (() => Attributes) | undefined;

export interface SpanOptions {
  readonly kind?: SpanKind | undefined;
  readonly links?: readonly (Link | undefined)[] | undefined;
  /** This span and its children in this process belong to this service (several share a process). */
  readonly service?: string | undefined;
}

const NO_SPAN = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

/** Under this key a context carries the service whose spans are made in it. */
export const SERVICE_KEY = createContextKey('app.service');

/**
 * What `startTracing` set up. Held here instead of in the API's global proxy, which would cost a
 * look-up per span and keeps pointing at a provider that was shut down.
 */
interface Active {
  readonly tracer: Tracer;
  /** False when nothing is exported: spans then only carry ids. */
  readonly records: boolean;
}

let active: Active | undefined;

export const setActive = (next: Active | undefined): void => {
  active = next;
};

/** For spans whose start and end do not fit around one function; `withSpan` is the usual way. */
export const tracer = (): Tracer => active?.tracer ?? trace.getTracer('@app/runtime');

/**
 * Runs `fn` inside a span that ends with it; a rejection is recorded and marks the span failed.
 * Within a trace that is not sampled `fn` simply runs: no span, no attributes, no new context.
 */
export const withSpan = <T>(
  name: string,
  attributes: LazyAttributes,
  fn: (span: Span) => Promise<T>,
  options?: SpanOptions,
): Promise<T> => {
  const now = context.active();
  const parent = trace.getSpan(now);
  if (active === undefined || (parent !== undefined && !recordsBelow(parent, active))) {
    return run(fn, parent ?? NO_SPAN);
  }
  const here = options?.service === undefined ? now : now.setValue(SERVICE_KEY, options.service);
  const span = active.tracer.startSpan(name, toOtel(options), here);
  if (!span.isRecording())
    return context.with(trace.setSpan(here, span), run<T>, undefined, fn, span);
  const values = typeof attributes === 'function' ? attributes() : attributes;
  if (values !== undefined) span.setAttributes(values);
  return recorded(span, here, fn);
};

/** A child of this span would be recorded; a parent without an id is no parent. */
const recordsBelow = (parent: Span, { records }: Active): boolean => {
  const { traceFlags, traceId } = parent.spanContext();
  return traceId === INVALID_TRACEID || (records && (traceFlags & TraceFlags.SAMPLED) !== 0);
};

const toOtel = (options: SpanOptions | undefined) => ({
  kind: options?.kind ?? SpanKind.INTERNAL,
  ...(options?.links === undefined
    ? {}
    : { links: options.links.filter((link) => link !== undefined) }),
});

const run = <T>(fn: (span: Span) => Promise<T>, span: Span): Promise<T> => {
  try {
    return fn(span);
  } catch (error) {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- passed on as it is
    return Promise.reject(error);
  }
};

const recorded = async <T>(
  span: Span,
  here: Context,
  fn: (span: Span) => Promise<T>,
): Promise<T> => {
  try {
    return await context.with(trace.setSpan(here, span), run<T>, undefined, fn, span);
  } catch (error) {
    recordFailure(span, error);
    throw error;
  } finally {
    span.end();
  }
};

/** Marks a span as failed, with the error's code (not its class, which does not cross nodes). */
export const recordFailure = (span: Span, error: unknown): void => {
  const failure = error instanceof Error ? error : new Error(String(error));
  const code = (failure as { code?: unknown }).code;
  if (typeof code === 'string') span.setAttribute('error.type', code);
  span.recordException(failure);
  span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
};

/** The W3C `traceparent` of the active span, also when it is not sampled; `undefined` outside any trace. */
export const inject = (): string | undefined => {
  const span = trace.getSpan(context.active());
  if (span === undefined) return undefined;
  const { traceId, spanId, traceFlags } = span.spanContext();
  if (traceId === INVALID_TRACEID) return undefined;
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
};

/**
 * The active context with the sender's span as parent. Without a valid `traceparent` it has no
 * parent at all: what runs in it starts a trace of its own, whatever was active here.
 */
export const extract = (traceparent: string | undefined): Context => {
  const parent = parse(traceparent);
  return parent === undefined
    ? trace.deleteSpan(context.active())
    : trace.setSpanContext(context.active(), parent);
};

/** Runs `fn` as a child of the sender's span, as `extract` says. */
export const runWithParent = <T>(traceparent: string | undefined, fn: () => T): T =>
  context.with(extract(traceparent), fn);

/** A link to a span that caused this one without waiting for it (exported as FOLLOWS_FROM). */
export const linkTo = (traceparent: string | undefined): Link | undefined => {
  const target = parse(traceparent);
  return target === undefined ? undefined : { context: target };
};

const parse = (traceparent: string | undefined) => {
  const parsed = traceparent === undefined ? null : parseTraceParent(traceparent);
  return parsed === null ? undefined : { ...parsed, isRemote: true };
};

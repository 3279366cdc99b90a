import { AsyncLocalStorage } from 'node:async_hooks';

/** Languages an answer can be worded in. */
export type Locale = 'zh-CN' | 'en';

/** What belongs to the request that is being worked on, wherever in this process that is. */
export interface RequestContext {
  readonly requestId: string;
  readonly locale: Locale;
  /** W3C trace context of the request as it arrived; spans of this process hang below it. */
  readonly traceparent?: string | undefined;
  /** The service whose action, job or fact is being worked on (several may share a process). */
  readonly service?: string | undefined;
  /** When the caller stops waiting, on the monotonic clock of this process (`performance.now()`). */
  readonly deadlineMs?: number | undefined;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** The request being worked on, or `undefined` outside of one. */
export const requestContext = (): RequestContext | undefined => storage.getStore();

/** Runs `work` as part of a request; everything it awaits sees the same context. */
export const runInRequest = <R>(context: RequestContext, work: () => R): R =>
  storage.run(context, work);

/** The trace id inside a traceparent (`00-<32 hex>-<16 hex>-<2 hex>`). */
export const traceIdOf = (traceparent: string | undefined): string | undefined =>
  traceparent === undefined ? undefined : traceparent.slice(3, 35);

/** Milliseconds until the request's deadline (may be negative), or `undefined` when it has none. */
export const remainingMs = (): number | undefined => {
  const deadlineMs = storage.getStore()?.deadlineMs;
  return deadlineMs === undefined ? undefined : deadlineMs - performance.now();
};

import type { IncomingMessage } from 'node:http';

/** Origins a browser may call from. Empty: none, which is right for mini programs and the same origin. */
export interface CorsPolicy {
  /** Headers for an answer to `req`; empty when its origin is not allowed. */
  headersFor(req: IncomingMessage): readonly string[];
  /** Headers for a preflight, besides those of `headersFor`. */
  preflightFor(req: IncomingMessage, methods: string): readonly string[];
}

const ALLOWED_HEADERS =
  'Authorization, Content-Type, Accept-Language, Idempotency-Key, X-Request-Id, traceparent';
const EXPOSED_HEADERS = 'X-Request-Id, Retry-After, traceparent';
const MAX_AGE_SECONDS = '600';

const none: readonly string[] = [];

/** `*` as an entry allows every origin. Credentials are never allowed: tokens travel in a header. */
export const createCorsPolicy = (origins: readonly string[]): CorsPolicy => {
  if (origins.length === 0) return { headersFor: () => none, preflightFor: () => none };
  const allowed = new Set(origins);
  const isAllowed = (origin: string | undefined): origin is string =>
    origin !== undefined && (allowed.has(origin) || allowed.has('*'));
  return {
    headersFor: ({ headers: { origin } }) =>
      isAllowed(origin)
        ? [
            'Access-Control-Allow-Origin',
            origin,
            'Access-Control-Expose-Headers',
            EXPOSED_HEADERS,
            'Vary',
            'Origin',
          ]
        : ['Vary', 'Origin'],
    preflightFor: ({ headers: { origin } }, methods) =>
      isAllowed(origin)
        ? [
            'Access-Control-Allow-Methods',
            methods,
            'Access-Control-Allow-Headers',
            ALLOWED_HEADERS,
            'Access-Control-Max-Age',
            MAX_AGE_SECONDS,
          ]
        : none,
  };
};

/** A browser asks before it sends what a plain form could not. */
export const isPreflight = (req: IncomingMessage): boolean =>
  req.method === 'OPTIONS' &&
  req.headers.origin !== undefined &&
  req.headers['access-control-request-method'] !== undefined;

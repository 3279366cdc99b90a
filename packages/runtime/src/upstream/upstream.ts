import { SpanKind } from '@opentelemetry/api';
import { remainingMs } from '../context.ts';
import { scrubText } from '../logging/redact.ts';
import { upstreamDuration } from '../metrics.ts';
import { withSpan } from '../tracing/index.ts';
import { createBreaker, type BreakerOptions } from './breaker.ts';
import { UpstreamError } from './upstream-error.ts';

export { UpstreamError } from './upstream-error.ts';

export interface UpstreamConfig {
  /** Label of metrics and spans: `wechat`. */
  readonly name: string;
  /** Scheme, host and an optional path prefix. */
  readonly baseUrl: string;
  /** For the whole exchange, the answer's body included. */
  readonly timeoutMs: number;
  readonly breaker?: BreakerOptions;
  /** Answers above this are refused; default 2 MiB. */
  readonly bodyMaxBytes?: number;
  /** Replaced in tests only. */
  readonly fetch?: typeof fetch;
}

export interface UpstreamRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Begins with `/`. */
  readonly path: string;
  /** What metrics and spans call it; default the path. Give one when the path holds an id. */
  readonly operation?: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** Sent as JSON with its content type. */
  readonly json?: unknown;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Shorter than the upstream's own. */
  readonly timeoutMs?: number;
  /** Query keys whose values no span may show. */
  readonly secretQueryKeys?: readonly string[];
}

export interface UpstreamResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Upstream {
  readonly name: string;
  /**
   * One exchange, never repeated by itself. Answers below 500 are returned as they are; anything
   * else is an `UpstreamError`: after `timeout` and `network` it is unknown whether the call took
   * effect, after `open` it is certain that it did not.
   */
  request(request: UpstreamRequest): Promise<UpstreamResponse>;
}

const BODY_MAX_BYTES = 2 * 1024 * 1024;

/** An upstream behind a circuit breaker, measured and traced, with a bound on time and size. */
export const createUpstream = (config: UpstreamConfig): Upstream => {
  const breaker = createBreaker(config.name, config.breaker);
  const send = createSend(config);

  const measured = async (
    request: UpstreamRequest,
    operation: string,
  ): Promise<UpstreamResponse> => {
    const startedMs = performance.now();
    let outcome = 'ok';
    try {
      const response = await breaker.run(() => send(request));
      if (response.status >= 400) outcome = `http_${Math.floor(response.status / 100)}xx`;
      return response;
    } catch (error) {
      outcome = error instanceof UpstreamError ? error.reason : 'error';
      throw error;
    } finally {
      const seconds = (performance.now() - startedMs) / 1000;
      upstreamDuration.observe({ upstream: config.name, operation, outcome }, seconds);
    }
  };

  return {
    name: config.name,
    request(request) {
      const operation = request.operation ?? request.path;
      return withSpan(
        `${config.name} ${request.method} ${operation}`,
        () => spanAttributes(config, request),
        async (span) => {
          const response = await measured(request, operation);
          span.setAttribute('http.response.status_code', response.status);
          return response;
        },
        { kind: SpanKind.CLIENT },
      );
    },
  };
};

const spanAttributes = (config: UpstreamConfig, request: UpstreamRequest) => ({
  'http.request.method': request.method,
  'url.full': scrubText(urlOf(config.baseUrl, request, true).href),
  'peer.service': config.name,
});

const urlOf = (baseUrl: string, request: UpstreamRequest, masked: boolean): URL => {
  const url = new URL(`${baseUrl.replace(/\/+$/, '')}${request.path}`);
  for (const [key, value] of Object.entries(request.query ?? {})) {
    if (value === undefined) continue;
    const secret = masked && (request.secretQueryKeys ?? []).includes(key);
    url.searchParams.set(key, secret ? 'redacted' : String(value));
  }
  return url;
};

const bodyOf = ({ json, body }: UpstreamRequest): string | Uint8Array | undefined =>
  json === undefined ? body : JSON.stringify(json);

const createSend = (config: UpstreamConfig) => {
  const { name, bodyMaxBytes = BODY_MAX_BYTES } = config;
  const doFetch: typeof fetch = config.fetch ?? ((input, init) => fetch(input, init));
  return async (request: UpstreamRequest): Promise<UpstreamResponse> => {
    const ownMs = Math.min(request.timeoutMs ?? Infinity, config.timeoutMs);
    const timeoutMs = Math.floor(Math.min(ownMs, remainingMs() ?? Infinity));
    if (timeoutMs <= 0)
      throw new UpstreamError(name, 'timeout', { message: 'the deadline has passed', sent: false });
    const body = bodyOf(request);
    try {
      const response = await doFetch(urlOf(config.baseUrl, request, false), {
        method: request.method,
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          ...(request.json === undefined ? {} : { 'content-type': 'application/json' }),
          ...request.headers,
        },
        ...(body === undefined
          ? {}
          : { body: typeof body === 'string' ? body : Buffer.from(body) }),
      });
      const bytes = await readBody(name, response, bodyMaxBytes);
      const headers = Object.fromEntries(response.headers);
      if (response.status >= 500) {
        throw new UpstreamError(name, 'status', { status: response.status, body: bytes });
      }
      return { status: response.status, headers, body: bytes };
    } catch (error) {
      throw asUpstreamError(name, error);
    }
  };
};

const readBody = async (name: string, response: Response, maxBytes: number): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).byteLength;
    if (size > maxBytes)
      throw new UpstreamError(name, 'network', { message: `answer exceeds ${maxBytes} bytes` });
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks);
};

const asUpstreamError = (name: string, error: unknown): UpstreamError => {
  if (error instanceof UpstreamError) return error;
  const timedOut =
    error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');
  return new UpstreamError(name, timedOut ? 'timeout' : 'network', { cause: error });
};

import {
  SpanKind,
  createContextKey,
  isSpanContextValid,
  trace,
  type Context,
} from '@opentelemetry/api';
import { randomBytes } from 'node:crypto';
import { extract, tracer } from '@app/runtime';
import { readLocale } from '../http/locale.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Gateway } from './gateway.ts';

/**
 * Under this key the runtime finds the service a span belongs to, where several share a process.
 * Keys of OpenTelemetry are the same when their names are.
 */
const SERVICE_KEY = createContextKey('app.service');

const requestIdForm = /^[A-Za-z0-9_-]{8,64}$/;

/** Names the request and starts its trace, continuing the caller's when it sent one. */
export const identifyRequest = (exchange: Exchange, gateway: Gateway): void => {
  const { headers } = exchange.req;
  const sent = headers['x-request-id'];
  exchange.requestId =
    typeof sent === 'string' && requestIdForm.test(sent) ? sent : gateway.newRequestId();
  exchange.locale = readLocale(headers['accept-language']);
  const incoming = headers['traceparent'];
  exchange.span = tracer().startSpan(
    `HTTP ${exchange.method}`,
    { kind: SpanKind.SERVER },
    extract(typeof incoming === 'string' ? incoming : undefined).setValue(SERVICE_KEY, 'gateway'),
  );
  exchange.traceparent = traceparentOf(exchange);
  exchange.headers.push('X-Request-Id', exchange.requestId, 'traceparent', exchange.traceparent);
};

const traceparentOf = ({ span }: Exchange): string => {
  const context = span?.spanContext();
  return context !== undefined && isSpanContextValid(context)
    ? `00-${context.traceId}-${context.spanId}-0${context.traceFlags & 1}`
    : `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`;
};

/** The span as the parent of what is called on behalf of this request. */
export const contextOf = ({ span }: Exchange): Context => {
  const active = extract(undefined);
  if (span === undefined) return active;
  const here = span.isRecording() ? active.setValue(SERVICE_KEY, 'gateway') : active;
  return trace.setSpan(here, span);
};

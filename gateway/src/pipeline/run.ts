import { SpanStatusCode } from '@opentelemetry/api';
import type { Exchange } from '../http/exchange.ts';
import { httpRequestDuration } from '../metrics.ts';
import { answerFailure } from './answer.ts';
import type { Gateway, Step } from './gateway.ts';

/**
 * Takes one request through the steps and records how it went. Never rejects. Steps that do not
 * wait are not awaited: most of them are, for most requests, plain function calls.
 */
export const runPipeline = async (
  exchange: Exchange,
  gateway: Gateway,
  steps: readonly Step[],
): Promise<void> => {
  try {
    for (const step of steps) {
      const pending = step.run(exchange, gateway);
      if (pending !== undefined) await pending;
      if (exchange.status !== 0) break;
    }
  } catch (error) {
    await answerFailure(exchange, gateway, error).catch((second: unknown) => {
      gateway.logger.error({ err: second }, 'an answer could not be written');
      exchange.res.destroy();
    });
  } finally {
    if (exchange.admitted) gateway.inFlight -= 1;
    record(exchange, gateway);
  }
};

/** Paths of nobody share one name, so that a scanner cannot make metrics grow. */
const UNKNOWN_ROUTE = '-';

const record = (exchange: Exchange, gateway: Gateway): void => {
  const { method, status, route, errorCode, caller } = exchange;
  const pattern = route?.pattern ?? UNKNOWN_ROUTE;
  const durationMs = gateway.monotonicMs() - exchange.startedAtMs;
  httpRequestDuration.observe(
    {
      method: route?.method ?? 'OTHER',
      route: pattern,
      status_class: `${Math.floor(status / 100)}xx`,
    },
    durationMs / 1000,
  );
  endSpan(exchange, pattern);
  const line = {
    requestId: exchange.requestId,
    traceId: exchange.traceparent.slice(3, 35),
    method,
    route: pattern,
    status,
    durationMs: Math.round(durationMs * 10) / 10,
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(caller.kind === 'user' ? { userId: caller.userId } : {}),
    ...(caller.kind === 'admin' ? { adminId: caller.adminId } : {}),
  };
  if (route?.kind === 'system' && status < 500) gateway.logger.debug(line, 'request');
  else gateway.logger.info(line, 'request');
};

const endSpan = ({ span, method, status, errorCode }: Exchange, pattern: string): void => {
  if (span === undefined) return;
  if (span.isRecording()) {
    span.updateName(`${method} ${pattern}`);
    span.setAttributes({
      'http.request.method': method,
      'http.route': pattern,
      'http.response.status_code': status,
      ...(errorCode === undefined ? {} : { 'error.type': errorCode }),
    });
    if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
};

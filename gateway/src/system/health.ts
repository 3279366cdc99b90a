import { metricsText } from '@app/runtime';
import { gatewayError } from '../errors.ts';
import { failureEnvelope, toFailure } from '../http/envelope.ts';
import type { Exchange } from '../http/exchange.ts';
import type { SystemRoute } from '../routing/route.ts';
import type { Readiness } from './readiness.ts';

/** `/system/health`, `/system/ready` and `/metrics`. */
export const healthRoutes = (readiness: () => Promise<Readiness>): SystemRoute<Exchange>[] => [
  systemRoute('/system/health', (exchange) => {
    exchange.result = { status: 'alive' };
  }),
  systemRoute('/system/ready', async (exchange) => {
    const { isReady, parts } = await readiness();
    if (isReady) exchange.result = { status: 'ready', parts };
    else replyNotReady(exchange, { status: 'not-ready', parts });
  }),
  systemRoute('/metrics', async (exchange) => {
    exchange.reply = {
      status: 200,
      headers: { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' },
      body: await metricsText(),
    };
  }),
];

const systemRoute = (
  pattern: string,
  answer: (exchange: Exchange) => void | Promise<void>,
): SystemRoute<Exchange> => ({ kind: 'system', method: 'GET', pattern, pathParams: [], answer });

const replyNotReady = (exchange: Exchange, data: unknown): void => {
  const failure = toFailure(gatewayError('SERVICE_UNAVAILABLE'), exchange.locale);
  exchange.errorCode = failure.type;
  exchange.reply = {
    status: failure.status,
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'Retry-After': String(failure.retryAfterSeconds ?? 1),
    },
    body: failureEnvelope(failure, exchange.requestId, data),
  };
};

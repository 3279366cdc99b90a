import { runInRequest, type CallOptions } from '@app/runtime';
import { context } from '@opentelemetry/api';
import { gatewayError } from '../errors.ts';
import type { Exchange } from '../http/exchange.ts';
import type { ActionRoute } from '../routing/route.ts';
import type { Gateway } from './gateway.ts';
import { contextOf } from './identify-request.ts';
import { withNote } from './note-admin-write.ts';

/**
 * Asks the service, with the action's time limit as the request's deadline. The client going away
 * does not take the question back: a write that has begun is finished.
 */
export const callAction = (exchange: Exchange, gateway: Gateway): void | Promise<void> => {
  const { route } = exchange;
  if (route === undefined) return;
  if (route.kind === 'system') return route.answer(exchange);
  return withNote(exchange, gateway, { route, work: () => call(exchange, gateway, route) });
};

const call = async (exchange: Exchange, gateway: Gateway, route: ActionRoute): Promise<void> => {
  const { requestId, locale, traceparent, params } = exchange;
  const { name, app } = route.declared;
  const target = { name, idempotent: app.idempotent, timeoutMs: route.timeoutMs };
  const deadlineMs = gateway.monotonicMs() + route.timeoutMs;
  try {
    exchange.result = await context.with(contextOf(exchange), () =>
      runInRequest({ requestId, locale, traceparent, deadlineMs, service: 'gateway' }, () =>
        gateway.dispatch(target, params, optionsOf(exchange)),
      ),
    );
  } catch (error) {
    throw isTooLargeForBus(error) ? gatewayError('PAYLOAD_TOO_LARGE') : error;
  }
};

/**
 * NATS takes messages up to its `max_payload`, 1 MiB unless it is configured: a body of nearly that
 * size does not fit any more together with what travels around it.
 */
const isTooLargeForBus = (error: unknown): boolean =>
  error instanceof Error &&
  (error.cause as { readonly code?: unknown } | undefined)?.code === 'MAX_PAYLOAD_EXCEEDED';

const optionsOf = (exchange: Exchange): CallOptions => ({
  caller: exchange.caller,
  idempotencyKey: exchange.idempotencyKey,
  userAgent: exchange.req.headers['user-agent'],
  clientIp: exchange.clientIp,
  raw: exchange.raw,
});

import { gatewayError } from '../errors.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Gateway } from './gateway.ts';

/**
 * Bounds the requests in flight: a queue in front of a saturated suite only makes every answer
 * late. Probes and payment callbacks are never turned away before browsing is.
 * @throws DomainError `SERVICE_UNAVAILABLE` with `Retry-After`.
 */
export const admit = (exchange: Exchange, gateway: Gateway): void => {
  const { route } = exchange;
  if (route?.kind !== 'action' || route.definition.audience === 'callback') return;
  if (gateway.inFlight >= gateway.inFlightMax) throw gatewayError('SERVICE_UNAVAILABLE');
  gateway.inFlight += 1;
  exchange.admitted = true;
};

import { gatewayError } from '../errors.ts';
import { clientIpOf } from '../http/client-ip.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Gateway } from './gateway.ts';

export const resolveClientIp = (exchange: Exchange, gateway: Gateway): void => {
  const { req } = exchange;
  exchange.clientIp = clientIpOf(
    req.socket.remoteAddress,
    req.headers['x-forwarded-for'] as string | undefined,
    gateway.proxies,
  );
};

/**
 * Turns away addresses on the blacklist. Providers' callbacks are proven by their signatures: a
 * block that hits their network by accident must not cost a payment.
 * @throws DomainError `IP_BLOCKED`.
 */
export const refuseBlockedAddress = ({ route, clientIp }: Exchange, gateway: Gateway): void => {
  if (route?.kind !== 'action' || route.definition.audience === 'callback') return;
  if (gateway.blocks.isAddressBlocked(clientIp, gateway.clock.nowMs()))
    throw gatewayError('IP_BLOCKED');
};

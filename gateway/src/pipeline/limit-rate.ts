import type { RouteDefinition } from '@app/contracts';
import type { Caller } from '@app/runtime';
import { gatewayError } from '../errors.ts';
import type { Exchange } from '../http/exchange.ts';
import { rateKeyOf } from '../http/rate-key.ts';
import type { Gateway, LimitedClass } from './gateway.ts';

/** Where nobody has signed in, or signing in is what is limited, the address is all there is. */
const countsByIp = ({ audience, rateClass }: RouteDefinition): boolean =>
  audience === 'public' || audience === 'internal' || rateClass === 'auth' || rateClass === 'code';

export const limitIp = (exchange: Exchange, gateway: Gateway): void | Promise<void> => {
  const definition = definitionOf(exchange);
  if (definition === undefined || definition.rateClass === 'none' || !countsByIp(definition))
    return;
  return take(gateway, definition.rateClass, rateKeyOf(exchange.clientIp));
};

export const limitCaller = (exchange: Exchange, gateway: Gateway): void | Promise<void> => {
  const definition = definitionOf(exchange);
  if (definition === undefined || definition.rateClass === 'none' || countsByIp(definition)) return;
  return take(gateway, definition.rateClass, callerKey(exchange.caller, exchange.clientIp));
};

const definitionOf = ({ route }: Exchange): RouteDefinition | undefined =>
  route?.kind === 'action' ? route.definition : undefined;

const callerKey = (caller: Caller, clientIp: string): string => {
  if (caller.kind === 'user') return `user-${caller.userId}`;
  if (caller.kind === 'admin') return `admin-${caller.adminId}`;
  return rateKeyOf(clientIp);
};

const take = async (gateway: Gateway, rateClass: LimitedClass, key: string): Promise<void> => {
  const limit = gateway.limitsPerMinute[rateClass];
  const { allowed, retryAfterSeconds } = await gateway.limiter.take(rateClass, key, limit);
  if (!allowed) throw gatewayError('RATE_LIMITED', { data: { retryAfterSeconds } });
};

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

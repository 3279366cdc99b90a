import { gatewayError, headerInvalid } from '../errors.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Gateway } from './gateway.ts';

const URL_LENGTH_MAX = 8 * 1024;

/** @throws DomainError for a request line or `Host` that no route can be meant by. */
export const checkForm = (exchange: Exchange): void => {
  const { req } = exchange;
  if ((req.url ?? '').length > URL_LENGTH_MAX) throw gatewayError('MALFORMED_URL');
  // Node would answer this itself, but not in the envelope (RFC 9112 §3.2).
  if (req.headers.host === undefined && req.httpVersion === '1.1')
    throw headerInvalid('Host', exchange.locale);
};

/** @throws DomainError `ROUTE_NOT_FOUND`, `METHOD_NOT_ALLOWED` (with `Allow`), `MALFORMED_URL`. */
export const matchRoute = (exchange: Exchange, gateway: Gateway): void => {
  const lookup = gateway.table.find(exchange.method, exchange.path);
  switch (lookup.kind) {
    case 'found':
      exchange.route = lookup.route;
      exchange.pathParams = lookup.params;
      return;
    case 'wrong-method':
      exchange.allow = lookup.allow;
      if (exchange.method === 'OPTIONS') return;
      exchange.headers.push('Allow', lookup.allow);
      throw gatewayError('METHOD_NOT_ALLOWED');
    case 'unknown-path':
      throw gatewayError('ROUTE_NOT_FOUND');
    case 'malformed':
      throw gatewayError('MALFORMED_URL');
  }
};

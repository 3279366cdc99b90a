import {
  API_CONTENT_POLICY,
  DOCS_CONTENT_POLICY,
  securityHeaders,
} from '../http/security-headers.ts';
import { sendEmpty } from '../http/send.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Gateway } from './gateway.ts';

const isDocument = (path: string): boolean => path === '/docs' || path.startsWith('/docs/');

export const applySecurityHeaders = (exchange: Exchange, gateway: Gateway): void => {
  const policy = isDocument(exchange.path) ? DOCS_CONTENT_POLICY : API_CONTENT_POLICY;
  exchange.headers.push(...securityHeaders, 'Content-Security-Policy', policy);
  if (gateway.draining) exchange.headers.push('Connection', 'close');
};

/** Says which pages may read the answer, and answers `OPTIONS` (a route's methods, a preflight). */
export const applyCors = (exchange: Exchange, gateway: Gateway): void => {
  const { req, headers } = exchange;
  headers.push(...gateway.cors.headersFor(req));
  if (exchange.method !== 'OPTIONS') return;
  headers.push('Allow', exchange.allow, ...gateway.cors.preflightFor(req, exchange.allow));
  sendEmpty(exchange, 204);
};

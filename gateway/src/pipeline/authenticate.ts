import { equalsConstantTime } from '@app/kernel';
import { gatewayError } from '../errors.ts';
import type { Exchange } from '../http/exchange.ts';
import type { TokenAudience, TokenClaims } from '../identity/token-verifier.ts';
import type { ActionRoute } from '../routing/route.ts';
import type { Gateway } from './gateway.ts';

/** Finds out who calls, as the audience of the route demands. @throws DomainError of kind unauthenticated or forbidden. */
export const authenticate = (exchange: Exchange, gateway: Gateway): void => {
  const { route } = exchange;
  if (route?.kind !== 'action') return;
  switch (route.definition.audience) {
    case 'app':
      authenticateUser(exchange, gateway);
      return;
    case 'admin':
      authenticateAdmin(exchange, gateway, route);
      return;
    case 'internal':
      authenticateInternal(exchange, gateway);
      return;
    case 'callback':
      // The provider's signature over the raw bytes is the proof; the service checks it.
      exchange.caller = { kind: 'callback' };
      return;
    case 'public':
      // A token that is sent must be good: an expired one tells the client to refresh, where
      // treating it as nobody would silently answer less.
      if (
        route.definition.identity === 'optional' &&
        exchange.req.headers.authorization !== undefined
      )
        authenticateUser(exchange, gateway);
  }
};

const verify = (exchange: Exchange, gateway: Gateway, audience: TokenAudience): TokenClaims => {
  const claims = gateway.verifier.verify(exchange.req.headers.authorization, audience);
  const refusal = gateway.revocations.refusalOf(claims);
  if (refusal !== undefined) throw gatewayError(refusal);
  const nowMs = gateway.clock.nowMs();
  if (gateway.blocks.isBlocked('session', claims.sessionId, nowMs))
    throw gatewayError('SESSION_BLOCKED');
  if (gateway.blocks.isBlocked('user', claims.subject, nowMs)) throw gatewayError('USER_BLOCKED');
  return claims;
};

const authenticateUser = (exchange: Exchange, gateway: Gateway): void => {
  const { subject, sessionId } = verify(exchange, gateway, 'app');
  exchange.caller = { kind: 'user', userId: subject, sessionId };
};

/** Admins can do harm with a stolen token, so without news about revocations nobody is one. */
const authenticateAdmin = (exchange: Exchange, gateway: Gateway, route: ActionRoute): void => {
  const { subject, sessionId, marks } = verify(exchange, gateway, 'admin');
  if (!gateway.revocations.isCurrent(gateway.monotonicMs()))
    throw gatewayError('REVOCATION_UNKNOWN');
  const { mark } = route.definition;
  if (mark === undefined || !marks.includes(mark)) throw gatewayError('ACTION_FORBIDDEN');
  exchange.caller = { kind: 'admin', adminId: subject, marks, sessionId };
};

const authenticateInternal = (exchange: Exchange, gateway: Gateway): void => {
  const sent = exchange.req.headers['x-internal-key'];
  if (typeof sent !== 'string' || !equalsConstantTime(sent, gateway.internalKey))
    throw gatewayError('INTERNAL_KEY_INVALID');
  exchange.caller = { kind: 'internal' };
};

import { admit } from './admit.ts';
import { answer } from './answer.ts';
import { authenticate } from './authenticate.ts';
import { callAction } from './call-action.ts';
import { checkForm, matchRoute } from './match-route.ts';
import type { Step } from './gateway.ts';
import { identifyRequest } from './identify-request.ts';
import { limitCaller, limitIp } from './limit-rate.ts';
import { applyCors, applySecurityHeaders } from './apply-headers.ts';
import { readIdempotencyKey } from './read-idempotency-key.ts';
import { readParams } from './read-params.ts';
import { refuseBlockedAddress, resolveClientIp } from './resolve-client-ip.ts';

/**
 * The order in which every request is treated; a test compares it with the golden list. Cheap
 * refusals come first, and nothing is read from a body before its sender is known and within limits.
 */
export const steps: readonly Step[] = [
  { name: 'request-id', run: identifyRequest },
  { name: 'security-headers', run: applySecurityHeaders },
  { name: 'request-form', run: checkForm },
  { name: 'route', run: matchRoute },
  { name: 'cors', run: applyCors },
  { name: 'admission', run: admit },
  { name: 'client-ip', run: resolveClientIp },
  { name: 'blocked-address', run: refuseBlockedAddress },
  { name: 'rate-limit-by-ip', run: limitIp },
  { name: 'authentication', run: authenticate },
  { name: 'rate-limit-by-caller', run: limitCaller },
  { name: 'idempotency-key', run: readIdempotencyKey },
  { name: 'body', run: readParams },
  { name: 'call', run: callAction },
  { name: 'envelope', run: answer },
];

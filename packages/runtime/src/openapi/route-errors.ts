import { findErrorEntry, type Audience, type RouteDefinition } from '@app/contracts';
import { errorKinds } from '@app/kernel';
import type { ActionMetadata } from '../actions/types.ts';

/** One way a route can fail, with its status. */
export interface RouteError {
  readonly type: string;
  readonly status: number;
  readonly message: string;
  readonly cause: string;
  readonly remedy: string;
}

const tokenErrors = [
  'TOKEN_MISSING',
  'TOKEN_MALFORMED',
  'TOKEN_SIGNATURE_INVALID',
  'TOKEN_EXPIRED',
  'TOKEN_NOT_YET_VALID',
  'TOKEN_AUDIENCE_INVALID',
  'TOKEN_REVOKED',
];

const byAudience: Readonly<Record<Audience, readonly string[]>> = {
  public: [],
  app: tokenErrors,
  admin: [...tokenErrors, 'SESSION_REPLACED', 'ACTION_FORBIDDEN', 'REVOCATION_UNKNOWN'],
  internal: ['INTERNAL_KEY_INVALID'],
  callback: [],
};

const byIdempotency: Readonly<Record<RouteDefinition['idempotency'], readonly string[]>> = {
  none: [],
  optional: ['HEADER_INVALID', 'IDEMPOTENCY_KEY_REUSED', 'IDEMPOTENCY_IN_PROGRESS'],
  required: [
    'HEADER_INVALID',
    'IDEMPOTENCY_KEY_REQUIRED',
    'IDEMPOTENCY_KEY_REUSED',
    'IDEMPOTENCY_IN_PROGRESS',
  ],
};

const bodyErrors = [
  'MALFORMED_JSON',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'REQUEST_TIMEOUT',
];
const everyRoute = ['VALIDATION_FAILED', 'INTERNAL', 'SERVICE_UNAVAILABLE', 'DEADLINE_EXCEEDED'];

/** Every way a route can fail: its action's own, and what its audience, body and rules imply. */
export const routeErrors = (
  { errors }: ActionMetadata,
  route: RouteDefinition,
  hasBody: boolean,
): readonly RouteError[] => {
  const codes = new Set([
    ...errors,
    ...byAudience[route.audience],
    ...(route.identity === 'optional' ? tokenErrors : []),
    ...byIdempotency[route.idempotency],
    ...(hasBody ? bodyErrors : []),
    ...(route.rateClass === 'none' ? [] : ['RATE_LIMITED']),
    ...everyRoute,
  ]);
  return [...codes].flatMap((type) => {
    const entry = findErrorEntry(type);
    // A newer service may declare codes that this process does not know yet.
    if (entry === undefined) return [];
    const { cause, remedy, zh: message } = entry;
    return [{ type, status: errorKinds[entry.kind].status, message, cause, remedy }];
  });
};

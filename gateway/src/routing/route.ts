import type { RouteDefinition } from '@app/contracts';
import type { ActionMetadata } from '@app/runtime';
import { coercionsOf, type Coercions } from './query.ts';

/** An action with what its service tells the registry about it (`action.app`). */
export interface DeclaredAction {
  /** `user` */
  readonly service: string;
  /** `v1.user.getMe` */
  readonly name: string;
  readonly app: ActionMetadata;
}

export type HttpMethod = RouteDefinition['method'];

/** An action's route, prepared for the hot path. */
export interface ActionRoute {
  readonly kind: 'action';
  readonly method: HttpMethod;
  /** `/api/v1/users/me/addresses/{id}`: also the name of the route in logs, metrics and spans. */
  readonly pattern: string;
  readonly definition: RouteDefinition;
  readonly declared: DeclaredAction;
  readonly pathParams: readonly string[];
  readonly coercions: Coercions;
  readonly timeoutMs: number;
  /** True when the body, not the query, carries the params. */
  readonly takesBody: boolean;
}

/** A route that the gateway answers by itself. */
export interface SystemRoute<Exchange = unknown> {
  readonly kind: 'system';
  readonly method: 'GET';
  readonly pattern: string;
  readonly pathParams: readonly string[];
  readonly answer: (exchange: Exchange) => void | Promise<void>;
}

/** The same bound that callers within the suite have (contracts: `ActionSpec.timeoutMs`). */
const TIMEOUT_MS_DEFAULT = 5_000;

const methods: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);
const audiences: ReadonlySet<string> = new Set(['app', 'admin', 'internal', 'callback', 'public']);
const rateClasses: ReadonlySet<string> = new Set(['read', 'write', 'auth', 'code', 'none']);
const idempotencyRules: ReadonlySet<string> = new Set(['none', 'optional', 'required']);

const pathForm = /^(?:\/(?:[A-Za-z0-9._~-]+|\{[A-Za-z][A-Za-z0-9]*\}))+$/;

/**
 * What is wrong with a route that came over the bus, or `undefined`. A route is refused rather than
 * guessed at: an audience this gateway does not know must not become a public one.
 */
export const findRouteFault = (route: RouteDefinition): string | undefined => {
  if (!methods.has(route.method)) return `method ${route.method} is not known`;
  if (!pathForm.test(route.path)) return `path ${route.path} has not the form /a/{b}`;
  if (!audiences.has(route.audience)) return `audience ${route.audience} is not known`;
  if (!rateClasses.has(route.rateClass)) return `rate class ${route.rateClass} is not known`;
  if (!idempotencyRules.has(route.idempotency)) return `rule ${route.idempotency} is not known`;
  if (route.audience === 'admin' && route.mark === undefined) return 'an admin route needs a mark';
  return undefined;
};

const bodyMethods: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

export const toActionRoute = (
  declared: DeclaredAction,
  definition: RouteDefinition,
): ActionRoute => ({
  kind: 'action',
  method: definition.method,
  pattern: definition.path,
  definition,
  declared,
  pathParams: Array.from(definition.path.matchAll(/\{([^}]+)\}/g), ([, name]) => name ?? ''),
  coercions: coercionsOf(declared.app.params ?? {}),
  timeoutMs: declared.app.timeoutMs ?? TIMEOUT_MS_DEFAULT,
  takesBody: bodyMethods.has(definition.method),
});

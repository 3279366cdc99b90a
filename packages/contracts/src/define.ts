import type { Static, TObject, TSchema } from '@sinclair/typebox';
import type { ErrorEntry } from '@app/kernel';

/**
 * Who may call a route, and how they prove it:
 * `public` nobody has to · `app` a user's access token · `admin` an admin's access token and the
 * action mark · `internal` `X-Internal-Key` · `callback` the provider's own signature.
 */
export type Audience = 'app' | 'admin' | 'internal' | 'callback' | 'public';

/** Which shared counter a route draws from (limits: docs/generated/config.md). */
export type RateClass = 'read' | 'write' | 'auth' | 'code' | 'none';

/** `required`: 400 without `Idempotency-Key`. `optional`: honoured when sent. */
export type IdempotencyRule = 'none' | 'optional' | 'required';

/** How an action is reached over HTTP. It stands beside the action; the gateway learns it from the registry. */
export interface RouteDefinition {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** OpenAPI form: `/api/v1/users/me/addresses/{id}`. Names in braces are params of the action. */
  readonly path: string;
  readonly audience: Audience;
  readonly rateClass: RateClass;
  readonly idempotency: IdempotencyRule;
  /** The action mark an admin needs (`order:ship`); required when the audience is `admin`. */
  readonly mark?: string;
  /** The status of success; default 200. */
  readonly status?: 200 | 201;
  /** A public route that answers more to a user who is signed in. */
  readonly identity?: 'optional';
}

/** What an action promises its callers, over HTTP and over the bus alike. */
export interface ActionSpec<Params extends TObject = TObject, Result extends TSchema = TSchema> {
  /** One line for the API reference, as a person would say it. */
  readonly summary: string;
  readonly description?: string;
  readonly params: Params;
  readonly result: Result;
  /** Every code this action can fail with by itself (those of every route, such as `INTERNAL`, are implied). */
  readonly errors: readonly string[];
  /** True when repeating the call does no harm; only then do callers retry by themselves. */
  readonly idempotent: boolean;
  /** Upper bound for one call; default 5 000. */
  readonly timeoutMs?: number;
  readonly route?: RouteDefinition;
}

/** A durable statement about the past: outbox → JetStream → inbox, effective exactly once. */
export interface FactSpec<Payload extends TObject = TObject> {
  readonly summary: string;
  readonly payload: Payload;
}

/** A fleeting message to every node (cache invalidation). Losing one must cost freshness only. */
export interface HintSpec<Payload extends TObject = TObject> {
  readonly summary: string;
  readonly payload: Payload;
}

/** A BullMQ queue. Its jobs are hints: what they do is derivable from rows. */
export interface QueueSpec<Payload extends TObject = TObject> {
  readonly summary: string;
  readonly payload: Payload;
  readonly attemptsMax: number;
  readonly backoffMs: number;
  readonly concurrency: number;
}

export interface ServiceSpec {
  /** Kebab-case; also the folder, the schema suffix and the Redis prefix. */
  readonly name: string;
  readonly summary: string;
  readonly errors: Readonly<Record<string, ErrorEntry>>;
  readonly actions: Readonly<Record<string, ActionSpec>>;
  readonly facts?: Readonly<Record<string, FactSpec>>;
  readonly hints?: Readonly<Record<string, HintSpec>>;
  readonly queues?: Readonly<Record<string, QueueSpec>>;
  /** Names of the facts of other services this one acts on (`user.frozen`); draws the event map. */
  readonly consumes?: readonly string[];
}

/** `name` is what travels: `v1.user.getMe`, `user.registered`, `user-pii-reencrypt`. */
export type Named<Spec> = Spec & { readonly name: string };

export interface ServiceContract<Spec extends ServiceSpec = ServiceSpec> {
  readonly name: Spec['name'];
  readonly version: 1;
  readonly summary: string;
  readonly errors: Spec['errors'];
  readonly consumes: readonly string[];
  readonly actions: { readonly [K in keyof Spec['actions']]: Named<Spec['actions'][K]> };
  readonly facts: {
    readonly [K in keyof NonNullable<Spec['facts']>]: Named<NonNullable<Spec['facts']>[K]>;
  };
  readonly hints: {
    readonly [K in keyof NonNullable<Spec['hints']>]: Named<NonNullable<Spec['hints']>[K]>;
  };
  readonly queues: {
    readonly [K in keyof NonNullable<Spec['queues']>]: Named<NonNullable<Spec['queues']>[K]>;
  };
}

export type ParamsOf<Action extends { readonly params: TObject }> = Static<Action['params']>;
export type ResultOf<Action extends { readonly result: TSchema }> = Static<Action['result']>;
export type PayloadOf<Message extends { readonly payload: TObject }> = Static<Message['payload']>;

export type AnyAction = Named<ActionSpec>;
export type AnyFact = Named<FactSpec>;
export type AnyHint = Named<HintSpec>;
export type AnyQueue = Named<QueueSpec>;

const kebab = (camelCase: string): string =>
  camelCase.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const named = <Spec extends object>(
  specs: Readonly<Record<string, Spec>> | undefined,
  nameOf: (key: string) => string,
): Record<string, Named<Spec>> =>
  Object.fromEntries(
    Object.entries(specs ?? {}).map(([key, spec]) => [key, { ...spec, name: nameOf(key) }]),
  );

/** Gives every action, fact, hint and queue of a service its name on the wire. */
export const defineService = <const Spec extends ServiceSpec>(spec: Spec): ServiceContract<Spec> =>
  ({
    name: spec.name,
    version: 1,
    summary: spec.summary,
    errors: spec.errors,
    consumes: spec.consumes ?? [],
    actions: named(spec.actions, (key) => `v1.${spec.name}.${key}`),
    facts: named(spec.facts, (key) => `${spec.name}.${key}`),
    hints: named(spec.hints, (key) => `${spec.name}.hint.${key}`),
    queues: named(spec.queues, (key) => `${spec.name}-${kebab(key)}`),
  }) as unknown as ServiceContract<Spec>;

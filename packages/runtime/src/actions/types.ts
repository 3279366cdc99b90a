import type {
  ActionSpec,
  AnyAction,
  AnyHint,
  ParamsOf,
  PayloadOf,
  ResultOf,
  RouteDefinition,
} from '@app/contracts';
import type { Locale } from '../context.ts';

/** Who asks. It comes from the gateway (which checked it) or from another service. */
export type Caller =
  | { readonly kind: 'user'; readonly userId: string; readonly sessionId: string }
  | {
      readonly kind: 'admin';
      readonly adminId: string;
      readonly marks: readonly string[];
      /** The session of the token, as the gateway checked it. */
      readonly sessionId?: string;
    }
  | { readonly kind: 'internal' }
  | { readonly kind: 'callback' }
  | { readonly kind: 'service'; readonly name: string }
  | { readonly kind: 'public' };

/** A provider's callback exactly as it arrived, for checking its signature. */
export interface RawRequest {
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** The bytes of the body; on the bus they travel as base64 inside the meta. */
  readonly body: Buffer;
}

/** What a handler knows besides its params. */
export interface CallContext {
  readonly caller: Caller;
  readonly requestId: string;
  readonly locale: Locale;
  readonly idempotencyKey: string | undefined;
  readonly userAgent: string | undefined;
  readonly clientIp: string | undefined;
  /** Present for callbacks only. */
  readonly raw: RawRequest | undefined;
  readonly action: AnyAction;
}

/** What a caller may say about one call. */
export interface CallOptions {
  /** Upper bound; the action's own bound and what is left of the request's deadline win when smaller. */
  readonly timeoutMs?: number | undefined;
  /** Default: the service whose code calls. */
  readonly caller?: Caller | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly clientIp?: string | undefined;
  readonly raw?: RawRequest | undefined;
  /** Ask this node and no other. */
  readonly nodeId?: string | undefined;
}

/**
 * Calls an action of another service. Fails with a `DomainError` that has the callee's code, kind
 * and data; with `SERVICE_UNAVAILABLE` when no node could be reached and `DEADLINE_EXCEEDED` when
 * the answer did not come in time (whether it took effect is then unknown).
 */
export type ActionCaller = <A extends AnyAction>(
  action: A,
  params: ParamsOf<A>,
  options?: CallOptions,
) => Promise<ResultOf<A>>;

/** As much of an action as calling it takes; gateways know actions only from the registry. */
export type ActionTarget = Pick<AnyAction, 'name' | 'idempotent'> & {
  readonly timeoutMs?: number | undefined;
};

/** `ActionCaller` without the types, for gateways. Same promises. */
export type Dispatch = (
  target: ActionTarget,
  params: unknown,
  options?: CallOptions,
) => Promise<unknown>;

/**
 * Tells every node. Resolves when NATS has taken it, so that whatever this process sends
 * afterwards (the answer to the request, say) arrives later than the hint. Never rejects: a lost
 * hint costs freshness only.
 */
export type HintSender = <H extends AnyHint>(hint: H, payload: PayloadOf<H>) => Promise<void>;

/** What other nodes learn about an action through the registry (`action.app`). */
export type ActionMetadata = Pick<ActionSpec, 'summary' | 'errors' | 'idempotent'> & {
  readonly service: string;
  readonly action: string;
  readonly description?: string;
  readonly timeoutMs?: number;
  readonly route?: RouteDefinition;
  /** JSON Schemas; only for actions with a route, to keep the registry's packets small. */
  readonly params?: ActionSpec['params'];
  readonly result?: ActionSpec['result'];
};

import type { RateClass } from '@app/contracts';
import type { Clock } from '@app/kernel';
import type { Dispatch, Logger } from '@app/runtime';
import type { Blocks } from '../identity/blocks.ts';
import type { AuditNotes } from '../identity/audit-notes.ts';
import type { Revocations } from '../identity/revocations.ts';
import type { TokenVerifier } from '../identity/token-verifier.ts';
import type { TrustedProxies } from '../http/client-ip.ts';
import type { CorsPolicy } from '../http/cors.ts';
import type { Exchange } from '../http/exchange.ts';
import type { RouteTable } from '../routing/route-table.ts';

export type LimitedClass = Exclude<RateClass, 'none'>;

/** Counts for all gateways together. */
export interface RateLimiter {
  take(
    rateClass: LimitedClass,
    key: string,
    limitPerMinute: number,
  ): Promise<{ readonly allowed: boolean; readonly retryAfterSeconds: number }>;
}

/** Everything the steps need, put together in `app.ts`. */
export interface Gateway {
  readonly logger: Logger;
  readonly dispatch: Dispatch;
  readonly verifier: TokenVerifier;
  readonly revocations: Revocations;
  readonly blocks: Blocks;
  readonly clock: Clock;
  readonly audit: AuditNotes;
  readonly limiter: RateLimiter;
  readonly limitsPerMinute: Readonly<Record<LimitedClass, number>>;
  readonly cors: CorsPolicy;
  readonly proxies: TrustedProxies;
  readonly internalKey: string;
  readonly inFlightMax: number;
  readonly newRequestId: () => string;
  readonly monotonicMs: () => number;
  /** Answers from the routes known at the moment. */
  readonly table: Pick<RouteTable<Exchange>, 'find'>;
  /** Requests being worked on, those exempt from the bound not counted. */
  inFlight: number;
  /** True once the process is stopping: connections end with their current answer. */
  draining: boolean;
}

/** One stage of every request. A step ends the request by throwing or by answering. */
export interface Step {
  readonly name: string;
  readonly run: (exchange: Exchange, gateway: Gateway) => void | Promise<void>;
}

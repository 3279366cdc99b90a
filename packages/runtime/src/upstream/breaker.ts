import type CircuitBreaker from 'opossum';
import { upstreamOpen } from '../metrics.ts';
import { UpstreamError } from './upstream-error.ts';

export interface BreakerOptions {
  /** Share of failures within the window that opens it; default 50. */
  readonly failurePercent?: number;
  /** Fewer calls than this in the window never open it; default 10. */
  readonly callsMin?: number;
  readonly windowMs?: number;
  /** How long it stays open before one call may try; default 5 s. */
  readonly openMs?: number;
}

export interface Breaker {
  run<T>(work: () => Promise<T>): Promise<T>;
}

type Work = () => Promise<unknown>;

const isOpen = (error: unknown): boolean =>
  error instanceof Error && (error as { readonly code?: unknown }).code === 'EOPENBREAKER';

/**
 * Stops calling an upstream that fails, so that callers fail at once instead of queueing up.
 * opossum is loaded with the first call: most processes have no upstream.
 */
export const createBreaker = (name: string, options: BreakerOptions = {}): Breaker => {
  const load = async (): Promise<CircuitBreaker<[Work]>> => {
    const { default: Opossum } = await import('opossum');
    const breaker = new Opossum((work: Work) => work(), {
      name,
      // The exchange has its own timeout, which also ends it.
      timeout: false,
      errorThresholdPercentage: options.failurePercent ?? 50,
      volumeThreshold: options.callsMin ?? 10,
      rollingCountTimeout: options.windowMs ?? 10_000,
      rollingCountBuckets: 10,
      resetTimeout: options.openMs ?? 5_000,
      // Our own shortage of time says nothing about the upstream.
      errorFilter: (error: unknown) => error instanceof UpstreamError && !error.sent,
    });
    breaker.on('open', () => {
      upstreamOpen.set({ upstream: name }, 1);
    });
    breaker.on('close', () => {
      upstreamOpen.set({ upstream: name }, 0);
    });
    return breaker;
  };
  let loading: Promise<CircuitBreaker<[Work]>> | undefined;
  return {
    async run<T>(work: () => Promise<T>): Promise<T> {
      const breaker = await (loading ??= load());
      try {
        return (await breaker.fire(work)) as T;
      } catch (error) {
        if (isOpen(error)) throw new UpstreamError(name, 'open', { cause: error });
        throw error;
      }
    },
  };
};

import { Errors, type Context, type Middleware } from 'moleculer';

/** Says that the caller minds the time-out itself and cleans up after it. */
export const MINDED = Symbol('the caller minds the time-out');

type Handler = (ctx: Context) => Promise<unknown>;

/** Forgets a request that nobody waits for any more; its answer is then dropped on arrival. */
export const forgetRequest = (ctx: Context | undefined): void => {
  if (ctx !== undefined) ctx.broker.transit?.removePendingRequest(ctx.id);
};

/**
 * Bounds what calls `broker.call` directly (moleculer-web, a console): without it a request to a
 * node that dies unseen would wait for ever. `Dispatch` does this by itself, without the extra
 * promise.
 */
export const boundedCalls: Middleware = {
  name: 'BoundedCalls',
  remoteAction(this: unknown, next: Handler): Handler {
    return (ctx) => {
      if (MINDED in ctx.options) return next(ctx);
      const timeoutMs = (ctx.options.timeout ??= ctx.broker.options.requestTimeout ?? 0);
      return timeoutMs > 0 ? bounded(next(ctx), ctx, timeoutMs) : next(ctx);
    };
  },
};

const bounded = (work: Promise<unknown>, ctx: Context, timeoutMs: number): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      forgetRequest(ctx);
      reject(
        new Errors.RequestTimeoutError({
          action: ctx.action?.name ?? '',
          nodeID: ctx.nodeID ?? '',
        }),
      );
    }, timeoutMs);
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });

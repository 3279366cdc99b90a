import { auth } from '@app/contracts';
import { onHint, type Host, type HintSubscription, type Part } from '@app/runtime';
import { ROOT_CONTEXT, TraceFlags, context, trace } from '@opentelemetry/api';
import { revocationsKnown } from '../metrics.ts';
import { createRevocationWatch } from './revocation-watch.ts';
import type { Revocations } from './revocations.ts';

/** Shorter than the time after which a gateway calls itself uninformed. */
const POLL_TIMEOUT_MS = 1_500;

/** Two questions a second must not fill the trace store: their context says "not sampled". */
const untraced = trace.setSpanContext(ROOT_CONTEXT, {
  traceId: 'a0000000000000000000000000000001',
  spanId: 'a000000000000001',
  traceFlags: TraceFlags.NONE,
});

/** Asks auth for revocations, and listens to what it tells at once. */
export const watchAuth = (
  host: Pick<Host, 'call' | 'clock' | 'logger'>,
  revocations: Revocations,
  monotonicMs: () => number,
): { readonly worker: Part; readonly subscription: HintSubscription } => ({
  worker: createRevocationWatch({
    revocations,
    clock: host.clock,
    monotonicMs,
    list: async (sinceMs, cursor) => {
      const params = { sinceMs, ...(cursor === undefined ? {} : { cursor }) };
      const answer = await context.with(untraced, () =>
        host.call(auth.actions.listRevocations, params, { timeoutMs: POLL_TIMEOUT_MS }),
      );
      revocationsKnown.set(revocations.size);
      return answer;
    },
    onChange: (state, error) => {
      if (state === 'current') host.logger.info('revocations are known');
      else host.logger.warn({ err: error }, 'revocations are not known, admins are refused');
    },
  }),
  subscription: onHint(auth.hints.revoked, ({ items }) => {
    revocations.learn(items);
  }),
});

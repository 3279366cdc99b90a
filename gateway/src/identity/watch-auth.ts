import { auth, type ParamsOf, type ResultOf } from '@app/contracts';
import { onHint, type Host, type HintSubscription, type Part } from '@app/runtime';
import { ROOT_CONTEXT, TraceFlags, context, trace } from '@opentelemetry/api';
import { revocationsKnown } from '../metrics.ts';
import type { Blocks } from './blocks.ts';
import { createNewsWatch } from './news-watch.ts';
import type { Revocations } from './revocations.ts';

const { actions } = auth;

/** Shorter than the time after which a gateway calls itself uninformed. */
const POLL_TIMEOUT_MS = 1_500;

/** Two questions a second must not fill the trace store: their context says "not sampled". */
const untraced = trace.setSpanContext(ROOT_CONTEXT, {
  traceId: 'a0000000000000000000000000000001',
  spanId: 'a000000000000001',
  traceFlags: TraceFlags.NONE,
});

interface Known {
  readonly revocations: Revocations;
  readonly blocks: Blocks;
}

/** Asks auth for revocations and the blacklist, and listens to what it tells at once. */
export const watchAuth = (
  host: Pick<Host, 'call' | 'clock' | 'logger'>,
  { revocations, blocks }: Known,
  monotonicMs: () => number,
): {
  readonly workers: readonly Part[];
  readonly subscriptions: readonly HintSubscription[];
} => {
  const { clock, logger } = host;
  const ask = <A extends typeof actions.listRevocations | typeof actions.listBlockChanges>(
    action: A,
    sinceMs: number,
    cursor: string | undefined,
  ): Promise<ResultOf<A>> => {
    const params = { sinceMs, ...(cursor === undefined ? {} : { cursor }) };
    const options = { timeoutMs: POLL_TIMEOUT_MS };
    return context.with(untraced, () => host.call(action, params as ParamsOf<A>, options));
  };
  const revocationWatch = createNewsWatch({
    name: 'revocations',
    learnt: revocations,
    clock,
    monotonicMs,
    list: async (sinceMs, cursor) => {
      const answer = await ask(actions.listRevocations, sinceMs, cursor);
      revocationsKnown.set(revocations.size);
      return answer;
    },
    onChange: (state, error) => {
      if (state === 'current') logger.info('revocations are known');
      else logger.warn({ err: error }, 'revocations are not known, admins are refused');
    },
  });
  const blockWatch = createNewsWatch({
    name: 'blacklist',
    learnt: blocks,
    clock,
    monotonicMs,
    list: (sinceMs, cursor) => ask(actions.listBlockChanges, sinceMs, cursor),
    onChange: (state, error) => {
      if (state === 'current') logger.info('the blacklist is known');
      else logger.warn({ err: error }, 'changes of the blacklist are not known');
    },
  });
  return {
    workers: [revocationWatch, blockWatch],
    subscriptions: [
      onHint(auth.hints.revoked, ({ items }) => {
        revocations.learn(items);
      }),
      onHint(auth.hints.blocksChanged, ({ items }) => {
        blocks.learn(items);
      }),
    ],
  };
};

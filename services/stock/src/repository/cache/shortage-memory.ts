import type { Clock } from '@app/kernel';
import type { ShortageMemory } from '../../repository.ts';

/** Stock that came back is refused for at most so long, even when the hint of it got lost. */
const TTL_MS = 900;
const SKUS_MAX = 10_000;

interface Shortage {
  readonly available: number;
  readonly untilMs: number;
}

/** Knowledge of this process about SKUs of which somebody was just refused. */
export const createShortageMemory = (clock: Clock): ShortageMemory => {
  const shortages = new Map<string, Shortage>();
  return {
    find: (lines) => {
      const nowMs = clock.nowMs();
      for (const { skuId, quantity } of lines) {
        const known = shortages.get(skuId);
        if (known === undefined) continue;
        if (known.untilMs <= nowMs) shortages.delete(skuId);
        else if (quantity > known.available) return { skuId, available: known.available };
      }
      return undefined;
    },
    learn: ({ skuId, available }) => {
      // Set anew at the end: the map stays ordered by age, and the oldest goes first.
      shortages.delete(skuId);
      shortages.set(skuId, { available, untilMs: clock.nowMs() + TTL_MS });
      const [oldest] = shortages.keys();
      if (shortages.size > SKUS_MAX && oldest !== undefined) shortages.delete(oldest);
    },
    forget: (skuIds) => {
      for (const skuId of skuIds) shortages.delete(skuId);
    },
  };
};

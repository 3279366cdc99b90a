import type { Clock } from '@app/kernel';
import type { Availability, SkuAvailability } from '../../service.ts';

/** Asks stock for at most 100 SKUs. */
export type AskStock = (
  skuIds: readonly string[],
) => Promise<readonly { readonly skuId: string; readonly available: number }[]>;

interface Deps {
  readonly ask: AskStock;
  readonly clock: Clock;
  /** Told once per outage, not once per page. */
  readonly onFailure: (error: unknown) => void;
}

const PER_CALL_MAX = 100;
/** A number older than this would promise too much. */
const LAST_KNOWN_MS = 60_000;
const LAST_KNOWN_MAX = 50_000;
/** While stock is away pages must not wait for it one after the other. */
const PAUSE_AFTER_FAILURE_MS = 1000;

const UNKNOWN: SkuAvailability = { available: 0, availability: 'unknown' };

interface Batch {
  readonly skuIds: Set<string>;
  readonly current: Promise<ReadonlySet<string>>;
}

/** Questions of the same moment go to stock together. */
export const createStockAvailability = ({ ask, clock, onFailure }: Deps): Availability => {
  const known = new Map<string, { readonly available: number; readonly atMs: number }>();
  let pausedUntilMs = 0;
  let gathering: Batch | undefined;

  const remember = (skuId: string, available: number, atMs: number): void => {
    known.delete(skuId); // set again at the end: the map stays ordered by age
    known.set(skuId, { available, atMs });
    const [oldest] = known.keys();
    if (known.size > LAST_KNOWN_MAX && oldest !== undefined) known.delete(oldest);
  };

  /** The SKUs whose numbers are of now. */
  const askPart = async (skuIds: readonly string[]): Promise<readonly string[]> => {
    if (clock.nowMs() < pausedUntilMs) return [];
    try {
      const items = await ask(skuIds);
      const nowMs = clock.nowMs();
      for (const { skuId, available } of items) remember(skuId, available, nowMs);
      return items.map(({ skuId }) => skuId);
    } catch (error) {
      if (clock.nowMs() >= pausedUntilMs) onFailure(error);
      pausedUntilMs = clock.nowMs() + PAUSE_AFTER_FAILURE_MS;
      return [];
    }
  };

  const askAll = async (skuIds: readonly string[]): Promise<ReadonlySet<string>> => {
    const parts: Promise<readonly string[]>[] = [];
    for (let from = 0; from < skuIds.length; from += PER_CALL_MAX)
      parts.push(askPart(skuIds.slice(from, from + PER_CALL_MAX)));
    return new Set((await Promise.all(parts)).flat());
  };

  const gather = (): Batch => {
    const skuIds = new Set<string>();
    const current = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      gathering = undefined;
      return askAll([...skuIds]);
    });
    return { skuIds, current };
  };

  const told = (skuId: string, isCurrent: boolean): SkuAvailability => {
    const entry = known.get(skuId);
    if (entry === undefined || clock.nowMs() - entry.atMs > LAST_KNOWN_MS) return UNKNOWN;
    return { available: entry.available, availability: isCurrent ? 'current' : 'lastKnown' };
  };

  return {
    of: async (skuIds) => {
      if (skuIds.length === 0) return new Map();
      gathering ??= gather();
      for (const skuId of skuIds) gathering.skuIds.add(skuId);
      const current = await gathering.current;
      return new Map(skuIds.map((skuId) => [skuId, told(skuId, current.has(skuId))]));
    },
  };
};

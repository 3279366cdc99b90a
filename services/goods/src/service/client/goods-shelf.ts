import type { GoodsView } from '@app/contracts';
import type { Clock } from '@app/kernel';
import type { PublicGoods } from '../../domain/views.ts';
import type { Availability, GoodsShelf } from '../../service.ts';

/** How old the numbers on a page may be; what is bought is decided by stock, not by the page. */
const FRESH_MS = 200;

interface Ready<T> {
  readonly untilMs: number;
  readonly answer: Promise<T>;
}

interface Deps {
  readonly availability: Availability;
  readonly clock: Clock;
}

/**
 * Answers are kept beside the goods they are made of, so they are forgotten with them, and a page
 * that thousands read is put together a few times a second.
 */
export const createGoodsShelf = ({ availability, clock }: Deps): GoodsShelf => {
  const remembering = <K extends object, T>(make: (key: K) => Promise<T>) => {
    const ready = new WeakMap<K, Ready<T>>();
    return (key: K): Promise<T> => {
      const nowMs = clock.nowMs();
      const known = ready.get(key);
      if (known !== undefined && nowMs < known.untilMs) return known.answer;
      const answer = make(key);
      ready.set(key, { answer, untilMs: nowMs + FRESH_MS });
      return answer;
    };
  };

  const fill = async (items: readonly PublicGoods[]): Promise<GoodsView[]> => {
    const skuIds = items.flatMap(({ skus }) => skus.map(({ id }) => id));
    const known = await availability.of(skuIds);
    return items.map((goods) => ({
      ...goods,
      skus: goods.skus.map((sku) => ({
        ...sku,
        ...(known.get(sku.id) ?? { available: 0, availability: 'unknown' as const }),
      })),
    }));
  };

  return {
    page: remembering(fill),
    one: remembering(async (goods: PublicGoods) => {
      const [view] = await fill([goods]);
      return view ?? { ...goods, skus: [] };
    }),
  };
};

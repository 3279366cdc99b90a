import type { Clock } from '@app/kernel';
import { createCoherentCache } from '@app/runtime';
import type { Catalogue, PageQuery } from '../../repository.ts';

/**
 * With the time a read takes this stays below the second that a change may take to be seen when its
 * hint got lost.
 */
const TTL_MS = 700;
const PAGES_MAX = 300;
const GOODS_MAX = 2000;
/** Longer than a healthy replica lags. */
const PRIMARY_AFTER_CHANGE_MS = 5000;

export interface CoherentCatalogue extends Catalogue {
  /** Goods changed: forget them, and every page, for any of them may show them now. */
  goodsChanged(spuIds: readonly string[]): void;
  categoriesChanged(): void;
}

interface Deps {
  readonly clock: Clock;
  /** Reads from where the truth is; a replica only while it is `fresh`. */
  readonly source: (isReplicaFresh: () => boolean) => Catalogue;
}

/** The fields in one order, so that equal questions share an entry. */
const keyOf = ({ categoryId, terms, limit, after }: PageQuery): string =>
  JSON.stringify({ limit, categoryId, after, terms });

/**
 * The catalogue in the memory of this process. Readers of a cold key share one read; whoever writes
 * tells all nodes before it answers.
 */
export const createCoherentCatalogue = ({ clock, source }: Deps): CoherentCatalogue => {
  // A process that just started missed what was announced before it listened.
  let primaryUntilMs = clock.nowMs() + PRIMARY_AFTER_CHANGE_MS;
  const truth = source(() => clock.nowMs() >= primaryUntilMs);
  const pages = createCoherentCache({
    name: 'goods-page',
    max: PAGES_MAX,
    ttlMs: TTL_MS,
    load: (key: string) => truth.page(JSON.parse(key) as PageQuery),
  });
  const goods = createCoherentCache({
    name: 'goods',
    max: GOODS_MAX,
    ttlMs: TTL_MS,
    load: (id: string) => truth.goods(id),
  });
  const categories = createCoherentCache({
    name: 'goods-categories',
    max: 1,
    ttlMs: TTL_MS,
    load: () => truth.categories(),
  });
  return {
    page: (query) => pages.get(keyOf(query)),
    goods: (id) => goods.get(id),
    categories: () => categories.get('all'),
    goodsChanged: (spuIds) => {
      primaryUntilMs = clock.nowMs() + PRIMARY_AFTER_CHANGE_MS;
      for (const id of spuIds) goods.invalidate(id);
      pages.clear();
    },
    categoriesChanged: () => {
      primaryUntilMs = clock.nowMs() + PRIMARY_AFTER_CHANGE_MS;
      categories.clear();
    },
  };
};

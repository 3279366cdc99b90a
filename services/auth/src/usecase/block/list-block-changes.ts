import type { Clock } from '@app/kernel';
import { toBlock } from '../../domain/admin/block.ts';
import type { BlockRepository } from '../../repository.ts';
import type { Usecases } from '../../usecase.ts';

interface Deps {
  readonly blocks: BlockRepository;
  readonly clock: Clock;
}

/** As for revocations: a change can commit after later ones were read. */
const OVERLAP_MS = 60_000;
const PAGE_MAX = 2000;

/** A cursor that is not ours starts over: answering too much does no harm here. */
const placeOf = (cursor: string | undefined) => {
  const [, changedAtMs, id] = /^(\d{1,15}):([0-9A-Z]{26})$/.exec(cursor ?? '') ?? [];
  return changedAtMs === undefined || id === undefined
    ? undefined
    : { changedAtMs: Number(changedAtMs), id };
};

export const createListBlockChanges =
  ({ blocks, clock }: Deps): Usecases['listBlockChanges'] =>
  async ({ sinceMs, cursor }) => {
    const nowMs = clock.nowMs();
    const fromMs = Math.max(sinceMs - OVERLAP_MS, 0);
    const query = { fromMs, cursor: placeOf(cursor), limit: PAGE_MAX + 1 };
    const rows = await blocks.listChanges(query);
    const page = rows.slice(0, PAGE_MAX);
    const last = page.at(-1);
    const hasMore = rows.length > PAGE_MAX && last !== undefined;
    return {
      items: page.map(toBlock),
      nowMs,
      nextCursor: hasMore ? `${last.changedAtMs}:${last.id}` : null,
    };
  };

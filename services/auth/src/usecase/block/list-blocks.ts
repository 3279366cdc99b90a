import type { Clock } from '@app/kernel';
import { toBlockView } from '../../domain/admin/block.ts';
import type { BlockRepository } from '../../repository.ts';
import type { Usecases } from '../../usecase.ts';

interface Deps {
  readonly blocks: BlockRepository;
  readonly clock: Clock;
}

export const createListBlocks =
  ({ blocks, clock }: Deps): Usecases['listBlocks'] =>
  async ({ kind, limit = 20, cursor }) => {
    const nowMs = clock.nowMs();
    const rows = await blocks.listActive({ kind, nowMs, beforeId: cursor, limit: limit + 1 });
    const page = rows.slice(0, limit);
    return {
      items: page.map(toBlockView),
      nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
    };
  };

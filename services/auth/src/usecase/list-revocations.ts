import type { Clock } from '@app/kernel';
import type { RevocationRepository } from '../repository.ts';
import type { Usecases } from '../usecase.ts';

interface Deps {
  readonly revocations: RevocationRepository;
  readonly clock: Clock;
}

/**
 * A revocation gets its moment before it commits, on a machine whose clock may differ: it can
 * appear after later ones were read. Asking a minute back finds it at the next poll.
 */
const OVERLAP_MS = 60_000;

/** About 200 bytes each: a page stays well below what NATS carries in one message (1 MiB). */
const PAGE_MAX = 2000;

export const createListRevocations =
  ({ revocations, clock }: Deps): Usecases['listRevocations'] =>
  async ({ sinceMs, cursor }) => {
    const nowMs = clock.nowMs();
    const page = await revocations.list({
      fromMs: Math.max(sinceMs - OVERLAP_MS, 0),
      nowMs,
      limit: PAGE_MAX,
      cursor,
    });
    return { items: [...page.items], nowMs, nextCursor: page.nextCursor };
  };

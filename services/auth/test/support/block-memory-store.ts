import type { BlockEntry } from '../../src/domain/admin/block.ts';
import type { BlockRepository } from '../../src/repository.ts';

/** The blacklist without a database. */
export const createMemoryBlocks = (): BlockRepository => {
  const rows = new Map<string, BlockEntry>();
  const all = (): BlockEntry[] => [...rows.values()];
  const place = ({ changedAtMs, id }: Pick<BlockEntry, 'changedAtMs' | 'id'>): string =>
    `${String(changedAtMs).padStart(16, '0')}:${id}`;
  return {
    change: async ({ kind, subject }, decide) => {
      await Promise.resolve();
      const known = all().find((row) => row.kind === kind && row.subject === subject);
      const next = decide(known);
      rows.set(next.id, next);
      return next;
    },
    find: (id) => Promise.resolve(rows.get(id)),
    countActive: () => Promise.resolve(all().filter(({ isActive }) => isActive).length),
    listActive: ({ kind, nowMs, beforeId = '~', limit }) =>
      Promise.resolve(
        all()
          .filter((row) => row.isActive && (row.expiresAtMs ?? Infinity) > nowMs)
          .filter((row) => row.id < beforeId && (kind === undefined || row.kind === kind))
          .sort((a, b) => (a.id < b.id ? 1 : -1))
          .slice(0, limit),
      ),
    listChanges: ({ fromMs, cursor, limit }) =>
      Promise.resolve(
        all()
          .filter((row) => row.changedAtMs >= fromMs)
          .filter((row) => cursor === undefined || place(row) > place(cursor))
          .sort((a, b) => (place(a) < place(b) ? -1 : 1))
          .slice(0, limit),
      ),
  };
};

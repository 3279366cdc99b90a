import { toAuditView } from '../../domain/admin/audit-chain.ts';
import type { AuditLog } from '../../repository.ts';
import type { Usecases } from '../../usecase.ts';

/** A cursor that is not ours starts over: reading from the top does no harm. */
const seqOf = (cursor: string | undefined): number | undefined =>
  cursor !== undefined && /^\d{1,15}$/.test(cursor) ? Number(cursor) : undefined;

export const createListAuditLog =
  ({ audit }: { readonly audit: AuditLog }): Usecases['listAuditLog'] =>
  async ({ limit = 20, cursor, ...filters }) => {
    const rows = await audit.list({ ...filters, beforeSeq: seqOf(cursor), limit: limit + 1 });
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      items: page.map(toAuditView),
      nextCursor: rows.length > limit && last !== undefined ? String(last.seq) : null,
    };
  };

import { EMPTY_CHAIN, followChain, type AuditHead } from '../../domain/admin/audit-chain.ts';
import type { AuditLog } from '../../repository.ts';
import type { Usecases } from '../../usecase.ts';

/** Read and hashed well within the time of one call. */
const ROWS_MAX = 5000;

export const createVerifyAuditLog =
  ({ audit }: { readonly audit: AuditLog }): Usecases['verifyAuditLog'] =>
  async ({ afterSeq = 0 }) => {
    // Read first: every row up to it has been committed, whoever appends meanwhile.
    const head = await audit.head();
    const before = afterSeq === 0 ? undefined : await audit.find(afterSeq);
    const from: AuditHead = before ?? EMPTY_CHAIN;
    const query = { afterSeq: from.seq, upToSeq: head.seq, limit: ROWS_MAX };
    const entries = await audit.chain(query);
    const { last, broken } = followChain(entries, from);
    const complete = entries.length < ROWS_MAX;
    const answer = { checked: last.seq - from.seq, lastSeq: last.seq, lastHash: last.hash };
    if (broken !== null || !complete) return { ...answer, complete, broken };
    // The end itself: rows that were cut off, or a head that says something else.
    const problem =
      last.seq < head.seq
        ? ({ seq: last.seq + 1, problem: 'missing' } as const)
        : last.hash === head.hash
          ? null
          : ({ seq: last.seq, problem: 'altered' } as const);
    return { ...answer, complete, broken: problem };
  };

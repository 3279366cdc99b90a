import type { AuditEntry as AuditEntryView } from '@app/contracts';
import { canonicalJson, sha256Hex, toRfc3339 } from '@app/kernel';

/** What happened, before it has a place in the chain. */
export interface AuditRecord {
  readonly kind: 'intent' | 'outcome' | 'event';
  readonly atMs: number;
  /** The admin, `operator`, or nobody we know. */
  readonly actor: string | null;
  readonly action: string;
  readonly route: string;
  readonly target: string;
  readonly requestId: string;
  readonly clientIp: string | null;
  readonly paramsDigest: string | null;
  readonly intentSeq: number | null;
  readonly status: number | null;
  readonly outcome: string | null;
}

/** The last link: where the next one is joined on. */
export interface AuditHead {
  readonly seq: number;
  readonly hash: string;
}

export interface AuditEntry extends AuditRecord {
  readonly seq: number;
  readonly previousHash: string;
  readonly hash: string;
}

export const EMPTY_CHAIN: AuditHead = { seq: 0, hash: '0'.repeat(64) };

/** SHA-256 over the hash before and everything the row says, in canonical JSON. */
const hashOf = (record: AuditRecord, seq: number, previousHash: string): string => {
  const { kind, atMs, actor, action, route, target, requestId } = record;
  const { clientIp, paramsDigest, intentSeq, status, outcome } = record;
  const row = { seq, kind, atMs, actor, action, route, target, requestId };
  const rest = { clientIp, paramsDigest, intentSeq, status, outcome };
  return sha256Hex(`${previousHash}\n${canonicalJson({ ...row, ...rest })}`);
};

export const joinOn = (record: AuditRecord, head: AuditHead): AuditEntry => {
  const seq = head.seq + 1;
  return { ...record, seq, previousHash: head.hash, hash: hashOf(record, seq, head.hash) };
};

export interface BrokenLink {
  readonly seq: number;
  readonly problem: 'altered' | 'missing' | 'unlinked';
}

/** Follows the chain from a link that is known to be good; stops at the first that is not. */
export const followChain = (
  entries: readonly AuditEntry[],
  from: AuditHead,
): { readonly last: AuditHead; readonly broken: BrokenLink | null } => {
  let last = from;
  for (const entry of entries) {
    const seq = last.seq + 1;
    if (entry.seq !== seq) return { last, broken: { seq, problem: 'missing' } };
    if (entry.hash !== hashOf(entry, seq, entry.previousHash))
      return { last, broken: { seq, problem: 'altered' } };
    if (entry.previousHash !== last.hash) return { last, broken: { seq, problem: 'unlinked' } };
    last = { seq, hash: entry.hash };
  }
  return { last, broken: null };
};

export const toAuditView = ({ atMs, ...entry }: AuditEntry): AuditEntryView => ({
  ...entry,
  at: toRfc3339(atMs),
});

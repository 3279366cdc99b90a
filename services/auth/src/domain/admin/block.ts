import type { Block, BlockView } from '@app/contracts';
import { toRfc3339 } from '@app/kernel';

/** Something gateways turn away. Lifted ones are kept for a day, inactive. */
export interface BlockEntry {
  readonly id: string;
  readonly kind: Block['kind'];
  /** Of an address: its canonical CIDR block. */
  readonly subject: string;
  readonly reason: string;
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number | null;
  readonly isActive: boolean;
  readonly version: number;
  readonly changedAtMs: number;
}

/** Every gateway holds them in memory. */
export const BLOCKS_MAX = 10_000;

/** Lifted and expired ones are forgotten so long after they last mattered. */
export const BLOCK_KEPT_MS = 24 * 60 * 60 * 1000;

export type NewBlock = Pick<
  BlockEntry,
  'id' | 'kind' | 'subject' | 'reason' | 'createdBy' | 'expiresAtMs'
>;

/** Blocks it anew: the same subject keeps its id, and its version tells gateways what is newer. */
export const blockAgain = (
  known: BlockEntry | undefined,
  block: NewBlock,
  nowMs: number,
): BlockEntry => ({
  ...block,
  id: known?.id ?? block.id,
  createdAtMs: nowMs,
  isActive: true,
  version: (known?.version ?? 0) + 1,
  changedAtMs: nowMs,
});

/** Lifting a lifted one changes nothing. */
export const liftBlock = (block: BlockEntry, nowMs: number): BlockEntry =>
  block.isActive
    ? { ...block, isActive: false, version: block.version + 1, changedAtMs: nowMs }
    : block;

export const toBlock = ({ kind, subject, isActive, version, expiresAtMs }: BlockEntry): Block => ({
  kind,
  subject,
  isActive,
  version,
  expiresAtMs,
});

export const toBlockView = (block: BlockEntry): BlockView => ({
  id: block.id,
  kind: block.kind,
  subject: block.subject,
  reason: block.reason,
  createdBy: block.createdBy,
  createdAt: toRfc3339(block.createdAtMs),
  expiresAt: block.expiresAtMs === null ? null : toRfc3339(block.expiresAtMs),
});

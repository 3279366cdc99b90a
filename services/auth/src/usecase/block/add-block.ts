import type { Clock, Ids } from '@app/kernel';
import { adminError } from '../../domain/admin/admin-error.ts';
import { BLOCKS_MAX, blockAgain, toBlock, toBlockView } from '../../domain/admin/block.ts';
import type { BlockRepository } from '../../repository.ts';
import type { BlockHints, Networks } from '../../service.ts';
import type { Usecases } from '../../usecase.ts';

interface Deps {
  readonly blocks: BlockRepository;
  readonly networks: Networks;
  readonly blockHints: BlockHints;
  readonly clock: Clock;
  readonly ids: Ids;
}

const idForm = /^[0-9A-HJKMNP-TV-Z]{26}$/;

const invalid = (field: string, message: string) =>
  adminError('BLOCK_SUBJECT_INVALID', { data: { errors: [{ field, rule: 'invalid', message }] } });

export const createAddBlock =
  ({ blocks, networks, blockHints, clock, ids }: Deps): Usecases['addBlock'] =>
  async ({ kind, subject: given, reason, expiresAt, adminId, clientIp }) => {
    const subject =
      kind === 'ip' ? networks.canonical(given) : idForm.test(given) ? given : undefined;
    if (subject === undefined)
      throw invalid('subject', kind === 'ip' ? 'no address or CIDR block' : 'no id');
    if (kind === 'ip' && clientIp !== undefined && networks.contains(subject, clientIp))
      throw adminError('BLOCK_OWN_ADDRESS', { data: { subject, clientIp } });
    const nowMs = clock.nowMs();
    const expiresAtMs = expiresAt === undefined ? null : Date.parse(expiresAt);
    if (expiresAtMs !== null && expiresAtMs <= nowMs) throw invalid('expiresAt', 'is over already');
    if ((await blocks.countActive()) >= BLOCKS_MAX) throw adminError('BLOCK_LIMIT_REACHED');
    const block = { id: ids.next(), kind, subject, reason, createdBy: adminId, expiresAtMs };
    const entry = await blocks.change({ kind, subject }, (known) =>
      blockAgain(known, block, nowMs),
    );
    await blockHints.changed([toBlock(entry)]);
    return toBlockView(entry);
  };

import type { Test } from 'tap';
import { blockAgain, liftBlock, type BlockEntry } from '../../src/domain/admin/block.ts';
import type { BlockRepository } from '../../src/repository.ts';
import { ids, NOON_MS } from '../support/builders.ts';

/** What every implementation of the blacklist must do. */
export const blockRepositoryContract = async (t: Test, build: () => Promise<BlockRepository>) => {
  const blocks = await build();

  const block = (subject: string, nowMs = NOON_MS, expiresAtMs: number | null = null) =>
    blocks.change({ kind: 'ip', subject }, (known) =>
      blockAgain(
        known,
        { id: ids.next(), kind: 'ip', subject, reason: '刷单 😀', createdBy: 'me', expiresAtMs },
        nowMs,
      ),
    );
  const subjects = (entries: readonly BlockEntry[]) => entries.map(({ subject }) => subject);
  const listActive = (nowMs: number, limit = 100, beforeId?: string) =>
    blocks.listActive({ kind: 'ip', nowMs, beforeId, limit });

  await t.test('a block comes back exactly as stored, and counts', async (t) => {
    const stored = await block('192.0.2.1/32', NOON_MS, NOON_MS + 1000);

    t.same(await blocks.find(stored.id), stored);
    t.equal(await blocks.countActive(), 1);
    t.equal(await blocks.find(ids.next()), undefined);
  });

  await t.test('parallel blocks of one subject are one entry with rising versions', async (t) => {
    const entries = await Promise.all(Array.from({ length: 10 }, () => block('192.0.2.2/32')));

    t.same(
      entries.map(({ version }) => version).sort((a, b) => a - b),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    );
    t.equal(new Set(entries.map(({ id }) => id)).size, 1);
  });

  await t.test('lifted and expired ones are no longer listed, but told as changes', async (t) => {
    const lifted = await block('192.0.2.3/32', NOON_MS + 5000);
    await blocks.change(lifted, (known) => liftBlock(known ?? lifted, NOON_MS + 6000));

    const active = subjects(await listActive(NOON_MS + 1000));
    const changes = await blocks.listChanges({
      fromMs: NOON_MS + 6000,
      cursor: undefined,
      limit: 10,
    });

    t.same(active, ['192.0.2.2/32'], 'one expired, one was lifted');
    t.match(changes, [{ subject: '192.0.2.3/32', isActive: false, version: 2 }]);
    t.equal(await blocks.countActive(), 2);
  });

  await t.test('pages follow each other without a gap or a repeat', async (t) => {
    for (let count = 10; count < 15; count += 1)
      await block(`192.0.2.${String(count)}/32`, NOON_MS + 9000);

    const first = await listActive(NOON_MS + 1000, 4);
    const rest = await listActive(NOON_MS + 1000, 100, first.at(-1)?.id);
    t.equal(new Set(subjects([...first, ...rest])).size, 6);
    const page = await blocks.listChanges({ fromMs: 0, cursor: undefined, limit: 3 });
    const next = await blocks.listChanges({ fromMs: 0, cursor: page.at(-1), limit: 100 });
    t.equal(new Set(subjects([...page, ...next])).size, 8);
    t.equal(page.length + next.length, 8);
  });
};

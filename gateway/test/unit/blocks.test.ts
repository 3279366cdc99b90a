import type { Block } from '@app/contracts';
import t from 'tap';
import { createBlocks } from '../../src/identity/blocks.ts';
import { ids } from '../support/tokens.ts';

const block = (subject: string, overrides: Partial<Block> = {}): Block => ({
  kind: 'ip',
  subject,
  isActive: true,
  version: 1,
  expiresAtMs: null,
  ...overrides,
});

t.test('a block holds for every address of its network and for no other', async (t) => {
  const blocks = createBlocks();
  blocks.learn([
    block('203.0.113.0/24'),
    block('192.0.2.7/32'),
    block('10.16.0.0/12'),
    block('2001:db8:1::/48'),
    block('2001:db8:2::1/128'),
  ]);

  for (const address of [
    '203.0.113.0',
    '203.0.113.255',
    '192.0.2.7',
    '::ffff:192.0.2.7',
    '10.31.255.255',
    '2001:db8:1:ffff::1',
    '2001:0db8:0002::0001',
  ])
    t.equal(blocks.isAddressBlocked(address, 0), true, address);
  for (const address of [
    '203.0.114.0',
    '192.0.2.6',
    '10.32.0.0',
    '10.15.255.255',
    '2001:db8:2::2',
    '2001:db8:3::1',
    '',
    'nonsense',
  ])
    t.equal(blocks.isAddressBlocked(address, 0), false, address);
});

t.test(
  'of two messages about one subject the higher version holds, whatever came last',
  async (t) => {
    const blocks = createBlocks();
    const lifted = block('192.0.2.7/32', { isActive: false, version: 2 });

    blocks.learn([lifted]);
    blocks.learn([block('192.0.2.7/32')]);
    t.equal(blocks.isAddressBlocked('192.0.2.7', 0), false);

    blocks.learn([block('192.0.2.7/32', { version: 3 })]);
    t.equal(blocks.isAddressBlocked('192.0.2.7', 0), true);
  },
);

t.test('a block ends at its expiry, and is forgotten then', async (t) => {
  const blocks = createBlocks();
  blocks.learn([
    block(ids.user, { kind: 'user', expiresAtMs: 1000 }),
    block(ids.session, { kind: 'session' }),
  ]);

  t.equal(blocks.isBlocked('user', ids.user, 999), true);
  t.equal(blocks.isBlocked('user', ids.user, 1000), false);
  t.equal(blocks.isBlocked('session', ids.user, 0), false, 'another kind');
  blocks.prune(1000);
  t.equal(blocks.size, 1);
  t.equal(blocks.isBlocked('session', ids.session, 1000), true);
});

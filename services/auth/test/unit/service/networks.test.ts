import t from 'tap';
import { createNetworks } from '../../../src/service/network/networks.ts';

const { canonical, contains } = createNetworks();

t.test('addresses and blocks have one form each', async (t) => {
  const forms: Readonly<Record<string, string>> = {
    '192.0.2.7': '192.0.2.7/32',
    '192.0.2.7/24': '192.0.2.0/24',
    '::ffff:192.0.2.7': '192.0.2.7/32',
    '::ffff:192.0.2.7/120': '192.0.2.0/24',
    '2001:DB8:0:0::1': '2001:db8::1/128',
    '2001:db8::1/32': '2001:db8::/32',
  };
  for (const [text, form] of Object.entries(forms)) t.equal(canonical(text), form, text);
});

t.test('what is no address, or too wide, has none', async (t) => {
  for (const text of ['', '1', '0x7f.1', '300.1.2.3', '192.0.2.7/33', '192.0.2.7/', '0.0.0.0/0'])
    t.equal(canonical(text), undefined, text);
  for (const text of ['10.0.0.0/7', '::/0', '2000::/3', '2001:db8::/129', 'localhost', 'a b'])
    t.equal(canonical(text), undefined, text);
});

t.test('a block contains the addresses of its own version only', async (t) => {
  t.equal(contains('192.0.2.0/24', '192.0.2.200'), true);
  t.equal(contains('192.0.2.0/24', '::ffff:192.0.2.200'), true);
  t.equal(contains('192.0.2.0/24', '192.0.3.1'), false);
  t.equal(contains('2001:db8::/32', '192.0.2.1'), false);
  t.equal(contains('192.0.2.0/24', 'nonsense'), false);
});

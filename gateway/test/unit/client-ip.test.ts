import t from 'tap';
import { clientIpOf, parseTrustedProxies } from '../../src/http/client-ip.ts';
import { rateKeyOf } from '../../src/http/rate-key.ts';

const proxies = parseTrustedProxies(['10.0.0.0/8', '192.0.2.1', 'fd00::/8']);

t.test('an untrusted peer is the client, whatever it forwards', async (t) => {
  t.equal(clientIpOf('203.0.113.9', '1.2.3.4', proxies), '203.0.113.9');
  t.equal(clientIpOf('203.0.113.9', '1.2.3.4', parseTrustedProxies([])), '203.0.113.9');
});

t.test(
  'behind trusted proxies the last address that is not one of them is the client',
  async (t) => {
    t.equal(clientIpOf('10.1.1.1', '203.0.113.9', proxies), '203.0.113.9');
    t.equal(clientIpOf('10.1.1.1', '6.6.6.6, 203.0.113.9, 10.2.2.2', proxies), '203.0.113.9');
    t.equal(clientIpOf('192.0.2.1', '10.3.3.3, 10.2.2.2', proxies), '10.3.3.3');
    t.equal(clientIpOf('fd00::1', '2001:db8::5', proxies), '2001:db8::5');
  },
);

t.test(
  'what a client forged into X-Forwarded-For before the proxies is not believed',
  async (t) => {
    t.equal(clientIpOf('10.1.1.1', '127.0.0.1, 203.0.113.9', proxies), '203.0.113.9');
  },
);

t.test('an entry that is no address ends the search at the last good one', async (t) => {
  t.equal(clientIpOf('10.1.1.1', 'unknown', proxies), '10.1.1.1');
  t.equal(clientIpOf('10.1.1.1', '203.0.113.9, garbage, 10.2.2.2', proxies), '10.2.2.2');
  t.equal(clientIpOf('10.1.1.1', '', proxies), '10.1.1.1');
  t.equal(clientIpOf(undefined, '1.2.3.4', proxies), '');
});

t.test('an IPv4 peer of a dual-stack socket is the same as itself', async (t) => {
  t.equal(clientIpOf('::ffff:203.0.113.9', undefined, proxies), '203.0.113.9');
  t.equal(clientIpOf('::ffff:10.1.1.1', '203.0.113.9', proxies), '203.0.113.9');
});

t.test('an entry of TRUSTED_PROXIES that is no address block is refused', async (t) => {
  for (const entry of ['proxy', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/x', 'fd00::/129', ''])
    t.throws(() => parseTrustedProxies([entry]), TypeError, entry);
});

t.test('an IPv6 client counts by its network, an IPv4 client by its address', async (t) => {
  t.equal(rateKeyOf('203.0.113.9'), 'ip-203.0.113.9');
  t.equal(rateKeyOf('2001:db8:1:2:aaaa::1'), 'ip6-2001-db8-1-2');
  t.equal(rateKeyOf('2001:0db8:0001:0002:bbbb:0:0:9'), 'ip6-2001-db8-1-2');
  t.equal(rateKeyOf('2001:db8::1'), 'ip6-2001-db8-0-0');
  t.equal(rateKeyOf('::1'), 'ip6-0-0-0-0');
  t.not(rateKeyOf('2001:db8:1:3::1'), rateKeyOf('2001:db8:1:2::1'));
});

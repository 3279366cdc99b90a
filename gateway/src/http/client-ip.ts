import { BlockList, isIP } from 'node:net';

const mappedPrefix = '::ffff:';

/** `::ffff:10.0.0.1` is the form in which a dual-stack socket shows an IPv4 peer. */
const plain = (address: string): string =>
  address.startsWith(mappedPrefix) ? address.slice(mappedPrefix.length) : address;

/** Whose word about the client's address is believed. */
export interface TrustedProxies {
  trusts(address: string): boolean;
}

/** @throws TypeError for an entry that is neither an address nor a CIDR block. */
export const parseTrustedProxies = (entries: readonly string[]): TrustedProxies => {
  const list = new BlockList();
  for (const entry of entries) addEntry(list, entry);
  if (entries.length === 0) return { trusts: () => false };
  return {
    trusts: (address) => {
      const version = isIP(address);
      return version !== 0 && list.check(address, version === 4 ? 'ipv4' : 'ipv6');
    },
  };
};

const addEntry = (list: BlockList, entry: string): void => {
  const [address = '', prefix] = entry.trim().split('/');
  const version = isIP(address);
  const bits = prefix === undefined ? (version === 4 ? 32 : 128) : Number(prefix);
  const bitsMax = version === 4 ? 32 : 128;
  if (version === 0 || !Number.isInteger(bits) || bits < 0 || bits > bitsMax || prefix === '')
    throw new TypeError(`${entry} is not an address or CIDR block`);
  list.addSubnet(address, bits, version === 4 ? 'ipv4' : 'ipv6');
};

/**
 * The client's address: the peer, unless the peer is a trusted proxy. Then `X-Forwarded-For` is
 * read from the right, because only what trusted proxies appended there can be believed; the first
 * address that is not one of them is the client.
 */
export const clientIpOf = (
  peer: string | undefined,
  forwardedFor: string | undefined,
  proxies: TrustedProxies,
): string => {
  let client = plain(peer ?? '');
  if (forwardedFor === undefined || !proxies.trusts(client)) return client;
  const hops = forwardedFor.split(',');
  for (let index = hops.length - 1; index >= 0; index -= 1) {
    const hop = plain((hops[index] ?? '').trim());
    if (isIP(hop) === 0) break;
    client = hop;
    if (!proxies.trusts(hop)) break;
  }
  return client;
};

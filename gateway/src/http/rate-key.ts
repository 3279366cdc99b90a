import { isIPv6 } from 'node:net';

/**
 * The address as the name of a counter. An IPv6 subscriber holds a whole /64, so its first four
 * groups count; else one client could take 2^64 shares.
 */
export const rateKeyOf = (ip: string): string =>
  isIPv6(ip) ? `ip6-${firstGroups(ip).join('-')}` : `ip-${ip}`;

const GROUPS = 8;
const NETWORK_GROUPS = 4;

const firstGroups = (ip: string): string[] => {
  const [head = '', tail] = (ip.split('%')[0] ?? '').toLowerCase().split('::');
  const left = groupsOf(head);
  const right = tail === undefined ? [] : groupsOf(tail);
  const zeros = Array.from({ length: GROUPS - left.length - right.length }, () => '0');
  const groups = tail === undefined ? left : [...left, ...zeros, ...right];
  return groups.slice(0, NETWORK_GROUPS).map((group) => group.replace(/^0+(?=.)/, ''));
};

/** An embedded IPv4 address takes the room of two groups; both are outside of the network part. */
const groupsOf = (text: string): string[] =>
  text === ''
    ? []
    : text.split(':').flatMap((group) => (group.includes('.') ? ['0', '0'] : [group]));

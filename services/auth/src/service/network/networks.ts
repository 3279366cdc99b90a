import ipaddr from 'ipaddr.js';
import type { Networks } from '../../service.ts';

/** A shorter prefix would turn away a continent by a slip of the hand. */
const PREFIX_MIN = { ipv4: 8, ipv6: 16 } as const;

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** `::ffff:192.0.2.1` is 192.0.2.1, as gateways see it. */
const parse = (text: string): readonly [Address, number] | undefined => {
  if (ipaddr.isValidCIDR(text)) {
    const [address, bits] = ipaddr.parseCIDR(text);
    if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress())
      return bits < 96 ? undefined : [address.toIPv4Address(), bits - 96];
    return [address, bits];
  }
  // `1` and `0x7f.1` are addresses to some programs; here only the usual form is one.
  if (!ipaddr.IPv4.isValidFourPartDecimal(text) && !ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
};

export const createNetworks = (): Networks => ({
  canonical: (text) => {
    const parsed = parse(text);
    if (parsed === undefined) return undefined;
    const [address, bits] = parsed;
    const kind = address.kind();
    if (bits < PREFIX_MIN[kind]) return undefined;
    const network =
      address instanceof ipaddr.IPv4
        ? ipaddr.IPv4.networkAddressFromCIDR(`${address.toString()}/${bits}`)
        : ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/${bits}`);
    return `${network.toString()}/${bits}`;
  },
  contains: (block, text) => {
    if (!ipaddr.isValid(text)) return false;
    const address = ipaddr.process(text);
    const [network, bits] = ipaddr.parseCIDR(block);
    return address.kind() === network.kind() && address.match([network, bits] as never);
  },
});

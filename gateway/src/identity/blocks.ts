import type { Block } from '@app/contracts';
import ipaddr from 'ipaddr.js';
import { STALE_AFTER_MS, type Learnt } from './news-watch.ts';

/** What this gateway knows of the blacklist. */
export interface Blocks extends Learnt<Block> {
  isBlocked(kind: 'user' | 'session', id: string, nowMs: number): boolean;
  /** True when the address, or a network around it, is blocked. */
  isAddressBlocked(address: string, nowMs: number): boolean;
  readonly size: number;
}

/** Addresses of one version, by the length of the prefix: as many look-ups as there are lengths in use. */
type Networks = Map<number, Map<string, Block>>;

/** Entries are few and requests are many, so what is learnt is prepared for the question. */
export const createBlocks = (): Blocks => {
  const byId = { user: new Map<string, Block>(), session: new Map<string, Block>() };
  const networks: Record<'ipv4' | 'ipv6', Networks> = { ipv4: new Map(), ipv6: new Map() };
  let confirmedAtMs = Number.NEGATIVE_INFINITY;

  const placeOf = (block: Block): readonly [Map<string, Block>, string] | undefined => {
    if (block.kind !== 'ip') return [byId[block.kind], block.subject];
    if (!ipaddr.isValidCIDR(block.subject)) return undefined;
    const [network, bits] = ipaddr.parseCIDR(block.subject);
    const ofVersion = networks[network.kind()];
    const entries = ofVersion.get(bits) ?? new Map<string, Block>();
    ofVersion.set(bits, entries);
    return [entries, networkKey(network.toByteArray(), bits)];
  };

  const all = (): Map<string, Block>[] => [
    ...Object.values(byId),
    ...Object.values(networks).flatMap((ofVersion) => [...ofVersion.values()]),
  ];

  const size = (): number => all().reduce((sum, entries) => sum + entries.size, 0);
  let known = 0;

  return {
    learn: (items) => {
      for (const block of items) {
        const [entries, key] = placeOf(block) ?? [];
        // A hint may overtake another, and a poll tells again what is known: the version decides.
        if (entries === undefined || key === undefined) continue;
        if ((entries.get(key)?.version ?? 0) < block.version) entries.set(key, block);
      }
      known = size();
    },
    confirm: (atMs) => {
      confirmedAtMs = atMs;
    },
    isCurrent: (atMs) => atMs - confirmedAtMs <= STALE_AFTER_MS,
    isBlocked: (kind, id, nowMs) => known > 0 && holds(byId[kind].get(id), nowMs),
    isAddressBlocked: (address, nowMs) => {
      if (known === 0 || !ipaddr.isValid(address)) return false;
      const parsed = ipaddr.process(address);
      const bytes = parsed.toByteArray();
      for (const [bits, entries] of networks[parsed.kind()])
        if (entries.size > 0 && holds(entries.get(networkKey(bytes, bits)), nowMs)) return true;
      return false;
    },
    prune: (nowMs) => {
      for (const entries of all())
        for (const [key, block] of entries) if (!holds(block, nowMs)) entries.delete(key);
      known = size();
    },
    get size() {
      return known;
    },
  };
};

const holds = (block: Block | undefined, nowMs: number): boolean =>
  block?.isActive === true && (block.expiresAtMs === null || nowMs < block.expiresAtMs);

const BITS_PER_BYTE = 8;

/** The bits of the network, the others cleared. */
const networkKey = (bytes: readonly number[], bits: number): string =>
  bytes
    .map((byte, index) => {
      const ofNetwork = Math.min(Math.max(bits - index * BITS_PER_BYTE, 0), BITS_PER_BYTE);
      return byte & (0xff << (BITS_PER_BYTE - ofNetwork)) & 0xff;
    })
    .join('.');

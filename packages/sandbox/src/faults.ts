import { randomUUID } from 'node:crypto';

/** Which upstream requests a fault is for; what is left out matches everything. */
export interface FaultMatch {
  readonly method?: string;
  /** Exact path, or a prefix ending in `*`. The query is not looked at. */
  readonly path?: string;
}

export interface Fault {
  /** HTTP status; the body is an HTML page as a broken edge sends it, unless `errcode` says otherwise. */
  readonly status?: number;
  /** The provider's error body with this code: a number, or a name where the host has names. */
  readonly errcode?: number | string;
  /** Real milliseconds, whatever the sandbox's clock says. */
  readonly delayMs?: number;
  /** Closes the connection without an answer. */
  readonly drop?: boolean;
  /** The request takes effect twice, as when a proxy on the way repeats it; the second answer is sent. */
  readonly duplicate?: boolean;
  /** `true` or `truncated`: half of the JSON. `html`: a page with status 200. */
  readonly corrupt?: boolean | 'truncated' | 'html';
  /**
   * Whether the request has taken effect when the fault strikes. Default: `after` (the answer is
   * lost, late or garbled), but `before` for `status` and `errcode` (it was refused).
   */
  readonly when?: 'before' | 'after';
}

export interface FaultRule {
  readonly match: FaultMatch;
  readonly fault: Fault;
  /** How often it strikes before it is gone; default: until it is deleted. */
  readonly times?: number;
  /** Probability per matching request, (0, 1]; default 1. */
  readonly rate?: number;
}

export interface FaultBook {
  add(rule: FaultRule): string;
  /** False when there is no such fault (any more). */
  remove(id: string): boolean;
  list(): readonly (FaultRule & { readonly id: string; readonly hits: number })[];
  /** The first fault, oldest first, that strikes this request; counts it as struck. */
  strike(method: string, path: string): Fault | undefined;
  clear(): void;
}

/** Whether the fault strikes before the request takes effect. */
export const strikesBefore = (fault: Fault): boolean =>
  fault.when === undefined
    ? fault.status !== undefined || fault.errcode !== undefined
    : fault.when === 'before';

const pathMatches = (pattern: string | undefined, path: string): boolean => {
  if (pattern === undefined) return true;
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
};

const methodMatches = (wanted: string | undefined, method: string): boolean =>
  wanted === undefined || wanted.toUpperCase() === method;

export const createFaultBook = (random: () => number): FaultBook => {
  const entries = new Map<string, { rule: FaultRule; hits: number }>();
  return {
    add(rule) {
      const id = randomUUID();
      entries.set(id, { rule, hits: 0 });
      return id;
    },
    remove: (id) => entries.delete(id),
    list: () => [...entries].map(([id, { rule, hits }]) => ({ id, hits, ...rule })),
    strike(method, path) {
      for (const [id, entry] of entries) {
        const { match, fault, times, rate } = entry.rule;
        if (!methodMatches(match.method, method) || !pathMatches(match.path, path)) continue;
        if (rate !== undefined && random() >= rate) continue;
        entry.hits += 1;
        if (times !== undefined && entry.hits >= times) entries.delete(id);
        return fault;
      }
      return undefined;
    },
    clear: () => entries.clear(),
  };
};

import { Discoverers } from 'moleculer';
import type { Logger } from '../logging/logger.ts';
import { nodesLost } from '../metrics.ts';
import type { NatsLink } from './nats-link.ts';

/** How the nodes of a suite learn of each other's life and death. */
export interface DiscoveryTimes {
  readonly heartbeatEveryMs: number;
  /** A node that was silent for this long is asked about at the NATS server. */
  readonly suspectAfterMs: number;
  /** A node that was silent for this long is given up even if NATS still holds its connection. */
  readonly giveUpAfterMs: number;
  readonly checkEveryMs: number;
}

/**
 * A killed process is noticed within a second, because the server knows at once that its
 * connection is gone. A process that is merely slow keeps its connection and so its calls; only
 * one that is silent for 6 s (a dead machine, a partition) is given up without that proof.
 */
export const discoveryTimes: DiscoveryTimes = {
  heartbeatEveryMs: 500,
  suspectAfterMs: 750,
  giveUpAfterMs: 6_000,
  checkEveryMs: 200,
};

// A check that comes this late means that this process itself stood still: what the others sent
// meanwhile lies unread in the socket, and judging them now would take them all for dead.
const STALL_MS = 500;
const PROBE_TIMEOUT_MS = 400;

export interface PromptDiscovererDeps {
  readonly link: NatsLink;
  readonly logger: Logger;
  readonly namespace: string;
  readonly times?: DiscoveryTimes;
}

/**
 * moleculer's discovery over NATS with other clocks: its own check has a granularity of seconds
 * and needs up to twice its timeout to notice that a node is gone.
 */
export class PromptDiscoverer extends Discoverers.Local {
  readonly #deps: PromptDiscovererDeps;
  readonly #times: DiscoveryTimes;
  readonly #heardAtMs = new Map<string, number>();
  readonly #probing = new Set<string>();
  #lastCheckMs = 0;
  #leaving = false;
  #heartbeat: NodeJS.Timeout | undefined;
  #check: NodeJS.Timeout | undefined;
  #purge: NodeJS.Timeout | undefined;

  constructor(deps: PromptDiscovererDeps) {
    super({});
    this.#deps = deps;
    this.#times = deps.times ?? discoveryTimes;
  }

  override startHeartbeatTimers(): void {
    this.stopHeartbeatTimers();
    if (this.localNode === undefined) return;
    this.#deps.link.occupy(this.#aliveSubject(this.localNode.id));
    this.#lastCheckMs = performance.now();
    this.#heartbeat = setInterval(
      () => void this.sendHeartbeat(),
      this.#times.heartbeatEveryMs,
    ).unref();
    this.#check = setInterval(() => {
      this.checkRemoteNodes();
    }, this.#times.checkEveryMs).unref();
    this.#purge = setInterval(() => {
      this.checkOfflineNodes();
    }, 60_000).unref();
  }

  override stopHeartbeatTimers(): void {
    clearInterval(this.#heartbeat);
    clearInterval(this.#check);
    clearInterval(this.#purge);
  }

  override heartbeatReceived(nodeID: string, payload: Record<string, unknown>): void {
    this.#heardAtMs.set(nodeID, performance.now());
    super.heartbeatReceived(nodeID, payload);
  }

  override processRemoteNodeInfo(
    nodeID: string,
    payload: Record<string, unknown>,
  ): ReturnType<Discoverers.Local['processRemoteNodeInfo']> {
    this.#heardAtMs.set(nodeID, performance.now());
    return super.processRemoteNodeInfo(nodeID, payload);
  }

  override checkRemoteNodes(): void {
    const nowMs = performance.now();
    const sinceLastMs = nowMs - this.#lastCheckMs;
    this.#lastCheckMs = nowMs;
    // Without NATS nobody can be heard, which says nothing about who lives.
    if (!this.#deps.link.connected || sinceLastMs > this.#times.checkEveryMs + STALL_MS) {
      this.#forgive(nowMs);
      return;
    }
    for (const node of this.registry.nodes.toArray()) {
      if (node.local || !node.available) continue;
      const heardMs = this.#heardAtMs.get(node.id) ?? nowMs;
      this.#heardAtMs.set(node.id, heardMs);
      const silentMs = nowMs - heardMs;
      if (silentMs > this.#times.giveUpAfterMs) this.lose(node.id, 'silent');
      else if (silentMs > this.#times.suspectAfterMs) void this.#probe(node.id);
    }
  }

  /** From now on every other node is told that nothing runs here. */
  async leave(): Promise<void> {
    this.#leaving = true;
    this.registry.regenerateLocalRawInfo(true, true);
    await super.sendLocalNodeInfo();
  }

  /** Says what runs here and asks for all others; for a bus that lost its memory of us. */
  async announce(): Promise<void> {
    if (!this.#leaving) await this.sendLocalNodeInfo();
    await this.discoverAllNodes();
  }

  override async sendLocalNodeInfo(nodeID?: string): Promise<void> {
    // A late change of services must not bring a leaving node back.
    if (this.#leaving) this.registry.regenerateLocalRawInfo(false, true);
    await super.sendLocalNodeInfo(nodeID);
  }

  async #probe(nodeID: string): Promise<void> {
    if (this.#probing.has(nodeID)) return;
    this.#probing.add(nodeID);
    try {
      const deserted = await this.#deps.link.isDeserted(
        this.#aliveSubject(nodeID),
        PROBE_TIMEOUT_MS,
      );
      const silentMs = performance.now() - (this.#heardAtMs.get(nodeID) ?? 0);
      if (deserted && silentMs > this.#times.suspectAfterMs) this.lose(nodeID, 'disconnected');
    } finally {
      this.#probing.delete(nodeID);
    }
  }

  /** Gives a node up, with all that is in flight to it, until it is heard of again. */
  lose(nodeID: string, reason: 'silent' | 'disconnected'): void {
    this.#heardAtMs.delete(nodeID);
    const node = this.registry.nodes.toArray().find(({ id }) => id === nodeID);
    if (node?.available !== true) return;
    nodesLost.inc({ reason });
    this.#deps.logger.warn({ nodeId: nodeID, reason }, 'node is lost');
    this.registry.nodes.disconnected(nodeID, true);
  }

  #forgive(nowMs: number): void {
    for (const nodeID of this.#heardAtMs.keys()) this.#heardAtMs.set(nodeID, nowMs);
  }

  #aliveSubject(nodeID: string): string {
    return `${this.#deps.namespace}.alive.${nodeID}`;
  }
}

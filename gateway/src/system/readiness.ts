import { READINESS_ACTION, type Host, type NodeReport, type PartReport } from '@app/runtime';

/** One line of `/system/ready`. */
export interface ReadyPart {
  readonly service: string;
  readonly node: string | null;
  readonly part: string;
  readonly ok: boolean;
  readonly reason?: string;
}

export interface Readiness {
  readonly isReady: boolean;
  readonly parts: readonly ReadyPart[];
}

export interface ReadinessDeps {
  readonly host: Pick<Host, 'nodeId' | 'dispatch' | 'readiness'>;
  /** The services that must be there. */
  readonly services: readonly string[];
  /** The nodes that carry a service now. */
  readonly nodesOf: (service: string) => readonly string[];
  readonly monotonicMs: () => number;
}

const NODE_TIMEOUT_MS = 1_500;

/** Probes of several load balancers share an answer this long. */
const KEEP_MS = 250;

/** A suite has few instances per service; beyond this many one more says nothing new. */
const NODES_ASKED_MAX = 32;

/**
 * Asks every node what works. The suite is ready when each service has an instance whose parts are
 * all right and this gateway's own are too; what is broken elsewhere is shown, but does not count.
 */
export const createReadiness = (deps: ReadinessDeps): (() => Promise<Readiness>) => {
  let known: { readonly atMs: number; readonly answer: Promise<Readiness> } | undefined;
  return () => {
    const nowMs = deps.monotonicMs();
    if (known === undefined || nowMs - known.atMs > KEEP_MS)
      known = { atMs: nowMs, answer: askAll(deps) };
    return known.answer;
  };
};

const askAll = async (deps: ReadinessDeps): Promise<Readiness> => {
  const answers = new Map<string, Promise<readonly PartReport[]>>();
  const askOnce = (nodeId: string): Promise<readonly PartReport[]> => {
    const answer = answers.get(nodeId) ?? ask(deps, nodeId);
    answers.set(nodeId, answer);
    return answer;
  };
  const own = deps.host.readiness();
  const reports = await Promise.all(
    deps.services.map((service) => reportOf(service, deps, askOnce)),
  );
  const { ok, parts } = await own;
  return {
    isReady: ok && reports.every(({ isReady }) => isReady),
    parts: [
      ...toParts('gateway', deps.host.nodeId, parts),
      ...reports.flatMap((report) => report.parts),
    ],
  };
};

const reportOf = async (
  service: string,
  { nodesOf }: ReadinessDeps,
  askOnce: (nodeId: string) => Promise<readonly PartReport[]>,
): Promise<Readiness> => {
  const nodes = nodesOf(service).slice(0, NODES_ASKED_MAX);
  if (nodes.length === 0) {
    const reason = 'no instance is registered';
    return {
      isReady: false,
      parts: [{ service, node: null, part: 'instance', ok: false, reason }],
    };
  }
  const perNode = await Promise.all(nodes.map(askOnce));
  return {
    isReady: perNode.some((parts) => parts.every(({ ok }) => ok)),
    parts: perNode.flatMap((parts, index) => toParts(service, nodes[index] ?? '', parts)),
  };
};

const toParts = (service: string, node: string, parts: readonly PartReport[]): ReadyPart[] =>
  parts.map(({ name, ...rest }) => ({ service, node, part: name, ...rest }));

/** A node that does not answer in time is one broken part. */
const ask = async ({ host }: ReadinessDeps, nodeId: string): Promise<readonly PartReport[]> => {
  const target = { name: READINESS_ACTION, idempotent: true, timeoutMs: NODE_TIMEOUT_MS };
  try {
    const report = (await host.dispatch(target, {}, { nodeId })) as NodeReport;
    return [{ name: 'instance', ok: true }, ...report.parts];
  } catch {
    return [{ name: 'instance', ok: false, reason: 'does not answer' }];
  }
};

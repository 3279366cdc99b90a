import type { ServiceSchema } from 'moleculer';
import { scrubText } from '../logging/redact.ts';
import type { Part, PartReport, ReadinessReport } from './types.ts';

const CHECK_TIMEOUT_MS = 1_000;
const REASON_MAX = 200;

/** Asks every part at once; each has a second. */
export const checkParts = async (parts: readonly Part[]): Promise<ReadinessReport> => {
  const reports = await Promise.all(
    parts.filter((part) => part.check !== undefined).map(checkPart),
  );
  return { ok: reports.every(({ ok }) => ok), parts: reports };
};

const checkPart = async (part: Part): Promise<PartReport> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`));
    }, CHECK_TIMEOUT_MS);
  });
  try {
    await Promise.race([part.check?.(), late]);
    return { name: part.name, ok: true };
  } catch (error) {
    return { name: part.name, ok: false, reason: reasonOf(error) };
  } finally {
    clearTimeout(timer);
  }
};

const reasonOf = (error: unknown): string => {
  const message = error instanceof Error && error.message !== '' ? error.message : 'failed';
  return scrubText(message).slice(0, REASON_MAX);
};

/** The action that gateways ask each node for, by node id: `node.readiness` (unversioned). */
export const READINESS_ACTION = 'node.readiness';

/** What a node says of itself to those who ask. */
export interface NodeReport extends ReadinessReport {
  readonly nodeId: string;
  /** The services this node carries. */
  readonly services: readonly string[];
}

export const readinessSchema = (report: () => Promise<NodeReport>): ServiceSchema => ({
  name: 'node',
  actions: { readiness: { handler: report } },
});

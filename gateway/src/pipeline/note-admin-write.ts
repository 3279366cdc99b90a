import { canonicalJson, sha256Hex } from '@app/kernel';
import { runInRequest } from '@app/runtime';
import { context } from '@opentelemetry/api';
import { toFailure } from '../http/envelope.ts';
import type { Exchange } from '../http/exchange.ts';
import type { ActionRoute } from '../routing/route.ts';
import type { Gateway } from './gateway.ts';
import { contextOf } from './identify-request.ts';

/** Writes of admins are noted before and after (docs/adr/0017). */
const isNoted = ({ definition }: ActionRoute): boolean =>
  definition.audience === 'admin' && definition.method !== 'GET';

/**
 * Runs an admin's write between its intent and its outcome in the audit log. Without the intent
 * nothing runs. An outcome that cannot be told now is told later; until then, and after a crash,
 * the intent alone says that the end is not known.
 */
export const withNote = async (
  exchange: Exchange,
  gateway: Gateway,
  { route, work }: { readonly route: ActionRoute; readonly work: () => Promise<void> },
): Promise<void> => {
  if (!isNoted(route) || exchange.caller.kind !== 'admin') return work();
  const { adminId } = exchange.caller;
  const intentSeq = await ofRequest(exchange, () =>
    gateway.audit.begin({
      actor: adminId,
      action: route.declared.name,
      route: `${route.method} ${route.pattern}`,
      target: targetOf(exchange),
      requestId: exchange.requestId,
      clientIp: exchange.clientIp,
      paramsDigest: digestOf(exchange.params),
    }),
  );
  const end = (status: number, outcome: string): Promise<void> =>
    ofRequest(exchange, () => gateway.audit.complete({ intentSeq, status, outcome }));
  try {
    await work();
  } catch (error) {
    const { status, type } = toFailure(error, exchange.locale);
    await end(status, type);
    throw error;
  }
  await end(route.definition.status ?? 200, 'ok');
};

const ofRequest = <R>(exchange: Exchange, work: () => Promise<R>): Promise<R> => {
  const { requestId, locale, traceparent } = exchange;
  return context.with(contextOf(exchange), () =>
    runInRequest({ requestId, locale, traceparent, service: 'gateway' }, work),
  );
};

const TARGET_LENGTH_MAX = 200;

const targetOf = ({ pathParams }: Exchange): string =>
  Object.entries(pathParams)
    .map(([name, value]) => `${name}=${value ?? ''}`)
    .join(' ')
    .slice(0, TARGET_LENGTH_MAX);

const secretName = /password|secret|token|key|credential/i;
const DEPTH_MAX = 10;

/** A copy without secrets, and without what lies deeper than any contract goes. */
const redact = (value: unknown, depth = 0): unknown => {
  if (value === null || typeof value !== 'object') return value;
  if (depth === DEPTH_MAX) return '[deep]';
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      secretName.test(name) ? '[redacted]' : redact(item, depth + 1),
    ]),
  );
};

/** SHA-256 of the params: proves later what was sent, without keeping it. */
export const digestOf = (params: Readonly<Record<string, unknown>>): string =>
  sha256Hex(canonicalJson(redact(params)));

import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { Provider } from './provider.ts';
import { strikesBefore, type Fault, type FaultBook } from './faults.ts';

/** What an edge proxy shows when what is behind it is broken; also the `html` form of `corrupt`. */
const HTML_PAGE =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n' +
  '<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n';

/** Marks the inner request of `duplicate`, which must not be struck a second time. */
const INNER_HEADER = 'x-sandbox-inner';

interface FaultHooksOptions {
  readonly faults: FaultBook;
  readonly errors: Pick<Provider, 'errorBody' | 'errorStatus'>;
  /** Aborted when the sandbox closes, so that a delayed answer does not hold it up. */
  readonly closing: AbortSignal;
  /** Accepted in {@link INNER_HEADER}; random, so that no client can switch faults off. */
  readonly innerSecret: string;
}

const pause = async (delayMs: number | undefined, closing: AbortSignal): Promise<void> => {
  if (delayMs === undefined) return;
  // An abort only ends the waiting: the answer itself may go out while the server closes.
  await delay(delayMs, undefined, { signal: closing }).catch(() => undefined);
};

const asBytes = (payload: unknown): Buffer =>
  Buffer.isBuffer(payload) ? payload : Buffer.from(typeof payload === 'string' ? payload : '');

/** Replaces the answer as the fault says; without such a fault the payload passes unchanged. */
const distort = (
  fault: Fault,
  reply: FastifyReply,
  payload: unknown,
  errors: FaultHooksOptions['errors'],
): unknown => {
  const send = (status: number, type: string, body: string | Buffer): string | Buffer => {
    reply.code(status).header('content-type', type).removeHeader('content-length');
    return body;
  };
  if (fault.errcode !== undefined) {
    const body = JSON.stringify(errors.errorBody(fault.errcode));
    const status = fault.status ?? errors.errorStatus?.(fault.errcode) ?? 200;
    return send(status, 'application/json; charset=utf-8', body);
  }
  if (fault.status !== undefined) return send(fault.status, 'text/html', HTML_PAGE);
  if (fault.corrupt === 'html') return send(200, 'text/html', HTML_PAGE);
  if (fault.corrupt === true || fault.corrupt === 'truncated') {
    const whole = asBytes(payload);
    reply.removeHeader('content-length');
    return whole.subarray(0, Math.floor(whole.length / 2));
  }
  return payload;
};

/** Puts faults around every upstream route of the instance (and nothing else). */
export const installFaultHooks = (app: FastifyInstance, options: FaultHooksOptions): void => {
  const { faults, errors, closing, innerSecret } = options;
  const struck = new WeakMap<FastifyRequest, Fault>();

  app.addHook('onRequest', async (request, reply) => {
    if (request.headers[INNER_HEADER] === innerSecret) return;
    const path = request.url.split('?', 1)[0] ?? '/';
    const fault = faults.strike(request.method, path);
    if (fault === undefined) return;
    if (!strikesBefore(fault)) {
      struck.set(request, fault);
      return;
    }
    await pause(fault.delayMs, closing);
    if (fault.drop === true) {
      reply.hijack();
      request.raw.socket.destroy();
      return;
    }
    const body = distort(fault, reply, '{}', errors);
    // Only a delay: the request goes on as if nothing had been.
    if (body === '{}') return;
    await reply.send(body);
  });

  app.addHook('preHandler', async (request) => {
    if (struck.get(request)?.duplicate !== true) return;
    await app.inject({
      method: request.method as HTTPMethods & 'GET',
      url: request.url,
      headers: { ...request.headers, [INNER_HEADER]: innerSecret },
      remoteAddress: request.ip,
      ...(Buffer.isBuffer(request.body) ? { payload: request.body } : {}),
    });
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const fault = struck.get(request);
    if (fault === undefined) return payload;
    await pause(fault.delayMs, closing);
    if (fault.drop === true) request.raw.socket.destroy();
    return distort(fault, reply, payload, errors);
  });
};

import { gatewayError } from '../errors.ts';
import { failureEnvelope, successEnvelope, toFailure } from '../http/envelope.ts';
import type { Exchange, PlainReply } from '../http/exchange.ts';
import { ClientGoneError } from '../http/read-body.ts';
import { send } from '../http/send.ts';
import type { Gateway } from './gateway.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

/** nginx's number for "the client closed the request"; it is only logged, nobody is there to read it. */
const CLIENT_GONE_STATUS = 499;

/** Writes what the call gave, enveloped, or in its own form for callbacks and documents. */
export const answer = (exchange: Exchange): Promise<void> => {
  const { route, result, requestId } = exchange;
  if (route?.kind === 'action' && route.definition.audience === 'callback')
    exchange.reply = toPlainReply(result);
  if (exchange.reply !== undefined) return sendPlain(exchange, exchange.reply);
  const status = (route?.kind === 'action' ? route.definition.status : undefined) ?? 200;
  return send(exchange, status, JSON_TYPE, successEnvelope(status, result, requestId));
};

const sendPlain = (exchange: Exchange, { status, headers, body }: PlainReply): Promise<void> => {
  let contentType = 'text/plain; charset=utf-8';
  for (const [name, value] of Object.entries(headers))
    if (name.toLowerCase() === 'content-type') contentType = value;
    else exchange.headers.push(name, value);
  return send(exchange, status, contentType, body);
};

/** The names a provider's answer may set; framing and connection are the gateway's own. */
const callbackHeaders: ReadonlySet<string> = new Set(['content-type', 'content-language']);

/**
 * What an action with audience `callback` returns: `{status, headers?, body?}`, sent as it is,
 * because providers read nothing else.
 */
const toPlainReply = (result: unknown): PlainReply => {
  const { status, headers, body } = (result ?? {}) as Partial<Record<keyof PlainReply, unknown>>;
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 200 || status > 599)
    throw gatewayError('INTERNAL', { message: 'a callback must return {status, headers, body}' });
  const allowed = Object.entries((headers ?? {}) as Record<string, unknown>).filter(
    (entry): entry is [string, string] =>
      callbackHeaders.has(entry[0].toLowerCase()) && typeof entry[1] === 'string',
  );
  return {
    status,
    headers: Object.fromEntries(allowed),
    body: typeof body === 'string' ? body : '',
  };
};

/** Answers a failure of any step. Bugs are logged here, with what the client must not see. */
export const answerFailure = async (
  exchange: Exchange,
  gateway: Gateway,
  error: unknown,
): Promise<void> => {
  if (error instanceof ClientGoneError) {
    exchange.status = CLIENT_GONE_STATUS;
    exchange.errorCode = 'CLIENT_GONE';
    return;
  }
  const failure = toFailure(error, exchange.locale);
  exchange.errorCode = failure.type;
  if (failure.isBug)
    gateway.logger.error(
      { err: error, requestId: exchange.requestId },
      'request failed unexpectedly',
    );
  if (failure.status === 401) exchange.headers.push('WWW-Authenticate', 'Bearer');
  if (failure.retryAfterSeconds !== undefined)
    exchange.headers.push('Retry-After', String(failure.retryAfterSeconds));
  if (exchange.route?.kind === 'action' && exchange.route.definition.audience === 'callback') {
    await send(exchange, failure.status, 'text/plain; charset=utf-8', failure.type);
    return;
  }
  await send(exchange, failure.status, JSON_TYPE, failureEnvelope(failure, exchange.requestId));
};

import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gatewayError, validationFailed, type Locale } from '../errors.ts';

export const BODY_BYTES_MAX = 1024 * 1024;

/** Deeper than any contract; JSON.stringify on the way to a service would overflow the stack. */
export const BODY_DEPTH_MAX = 32;

/** The client went away before its request was complete: there is nobody to answer. */
export class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError';
}

/** Requests whose client waits for `100 Continue` before it sends the body. */
const awaitingContinue = new WeakSet<IncomingMessage>();

export const markAwaitingContinue = (req: IncomingMessage): void => {
  awaitingContinue.add(req);
};

export const isAwaitingContinue = (req: IncomingMessage): boolean => awaitingContinue.has(req);

/** True when the request announces a body (RFC 9112 §6.3); no header, no body. */
export const hasBody = (req: IncomingMessage): boolean => {
  const length = req.headers['content-length'];
  return (length !== undefined && length !== '0') || req.headers['transfer-encoding'] !== undefined;
};

/**
 * The exact bytes of the body.
 * @throws DomainError `PAYLOAD_TOO_LARGE` as soon as it is known, before the rest is read;
 *   ClientGoneError when the connection ends first.
 */
export const readRawBody = (req: IncomingMessage, res: ServerResponse): Promise<Buffer> => {
  if (!hasBody(req)) return Promise.resolve(Buffer.alloc(0));
  if (Number(req.headers['content-length'] ?? 0) > BODY_BYTES_MAX)
    return Promise.reject(gatewayError('PAYLOAD_TOO_LARGE'));
  if (awaitingContinue.delete(req)) res.writeContinue();
  return collect(req);
};

const collect = (req: IncomingMessage): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (): void => {
      req.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
      // A late error of an abandoned stream must not become an uncaught exception.
      req.on('error', () => undefined);
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > BODY_BYTES_MAX) {
        stop();
        req.pause();
        reject(gatewayError('PAYLOAD_TOO_LARGE'));
      } else chunks.push(chunk);
    };
    const onEnd = (): void => {
      stop();
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
    };
    const onClose = (): void => {
      stop();
      reject(new ClientGoneError('the connection ended before the body did'));
    };
    req.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });

/** @throws DomainError `UNSUPPORTED_MEDIA_TYPE` unless the body is uncompressed JSON in UTF-8. */
export const requireJson = (req: IncomingMessage): void => {
  const encoding = req.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    throw gatewayError('UNSUPPORTED_MEDIA_TYPE');
  const type = req.headers['content-type'];
  if (type === 'application/json') return;
  const [name = '', ...parameters] = (type ?? '').toLowerCase().split(';');
  const charset = parameters.map((text) => text.trim()).find((text) => text.startsWith('charset='));
  const isJson = name.trim() === 'application/json';
  if (!isJson || (charset !== undefined && !/^charset="?utf-8"?$/.test(charset)))
    throw gatewayError('UNSUPPORTED_MEDIA_TYPE');
};

/**
 * The one JSON object in `bytes`.
 * @throws DomainError `MALFORMED_JSON`; `VALIDATION_FAILED` for nesting that is too deep or a key
 *   `__proto__`, which would vanish when objects are merged and so pass unnoticed.
 */
export const parseJsonObject = (bytes: Buffer, locale: Locale): Record<string, unknown> => {
  if (bytes.length === 0) return {};
  const value = parse(bytes);
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw gatewayError('MALFORMED_JSON');
  checkShape(value, locale);
  return value as Record<string, unknown>;
};

const parse = (bytes: Buffer): unknown => {
  if (!isUtf8(bytes)) throw gatewayError('MALFORMED_JSON');
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch (cause) {
    throw gatewayError('MALFORMED_JSON', { cause });
  }
};

const checkShape = (root: object, locale: Locale): void => {
  let level: object[] = [root];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > BODY_DEPTH_MAX) throw validationFailed('$', 'invalid', locale);
    const next: object[] = [];
    for (const container of level) {
      if (Object.hasOwn(container, '__proto__'))
        throw validationFailed('__proto__', 'unknown', locale);
      for (const child of Object.values(container) as unknown[])
        if (child !== null && typeof child === 'object') next.push(child);
    }
    level = next;
  }
};

import type { ServerResponse } from 'node:http';
import { chooseEncoding, compress, COMPRESS_FROM_BYTES } from './compression.ts';
import type { Exchange } from './exchange.ts';
import { hasBody, isAwaitingContinue } from './read-body.ts';

/** What an unread body may still hold for the connection to stay open; node discards it. */
const DISCARD_BYTES_MAX = 64 * 1024;

/** How long, and how much of, an oversize body is read on after the answer was written. */
const LINGER_MS = 2_000;
const LINGER_BYTES_MAX = 8 * 1024 * 1024;

/** Writes the answer: compressed where that pays, without a body for `HEAD`. Never writes twice. */
export const send = async (
  exchange: Exchange,
  status: number,
  contentType: string,
  body: string | Buffer,
): Promise<void> => {
  const { req, headers } = exchange;
  exchange.status = status;
  headers.push('Content-Type', contentType);
  const length = Buffer.byteLength(body);
  if (length < COMPRESS_FROM_BYTES || !isCompressible(contentType)) {
    write(exchange, body, length);
    return;
  }
  headers.push('Vary', 'Accept-Encoding');
  const encoding = chooseEncoding(req.headers['accept-encoding']);
  if (encoding === undefined) {
    write(exchange, body, length);
    return;
  }
  const compressed = await compress(typeof body === 'string' ? Buffer.from(body) : body, encoding);
  headers.push('Content-Encoding', encoding);
  write(exchange, compressed, compressed.length);
};

/** An answer without a body: preflights. */
export const sendEmpty = (exchange: Exchange, status: number): void => {
  exchange.status = status;
  finish(exchange, undefined);
};

const isCompressible = (contentType: string): boolean =>
  contentType.startsWith('application/json') ||
  contentType.startsWith('text/') ||
  contentType.startsWith('image/svg');

const isWritable = (res: ServerResponse): boolean => !res.headersSent && !res.destroyed;

const write = (exchange: Exchange, body: string | Buffer, length: number): void => {
  exchange.headers.push('Content-Length', String(length));
  finish(exchange, exchange.method === 'HEAD' ? undefined : body);
};

const finish = (exchange: Exchange, content: string | Buffer | undefined): void => {
  const { req, res, headers } = exchange;
  if (!isWritable(res)) return;
  const unread = !req.complete && hasBody(req) ? unreadBytes(exchange) : 0;
  if (unread > DISCARD_BYTES_MAX) headers.push('Connection', 'close');
  res.writeHead(exchange.status, headers);
  if (unread <= DISCARD_BYTES_MAX) res.end(content);
  else endAfterLinger(exchange, content);
};

/** An upper bound of what the client has yet to send. */
const unreadBytes = ({ req }: Exchange): number => {
  const length = req.headers['content-length'];
  return length === undefined ? Number.POSITIVE_INFINITY : Number(length);
};

/**
 * Closing a socket that still has unread bytes resets it, and a reset can destroy the answer on
 * its way. So the answer is written in full, what the client still sends is thrown away for a
 * moment, and then the connection ends.
 */
const endAfterLinger = ({ req, res }: Exchange, content: string | Buffer | undefined): void => {
  if (content === undefined) res.flushHeaders();
  else res.write(content);
  // The client waits for our word before it sends anything: there is nothing to throw away.
  if (isAwaitingContinue(req)) {
    res.end();
    return;
  }
  let discarded = 0;
  const timer = setTimeout(close, LINGER_MS);
  function close(): void {
    clearTimeout(timer);
    req.off('data', discard);
    if (!res.writableEnded) res.end();
  }
  function discard(chunk: Buffer): void {
    discarded += chunk.length;
    if (discarded > LINGER_BYTES_MAX) close();
  }
  req.on('data', discard).once('end', close).once('close', close);
  req.resume();
};

import { createServer, STATUS_CODES, type Server } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { systemErrors } from '@app/contracts';
import { markAwaitingContinue } from './read-body.ts';
import { API_CONTENT_POLICY, securityHeaders } from './security-headers.ts';

export interface HttpServerOptions {
  /** A request that is not complete after this long is ended with 408. */
  readonly requestTimeoutMs: number;
  /** Idle connections are kept this long; longer than the proxy in front keeps them. */
  readonly keepAliveTimeoutMs: number;
  readonly connectionsMax: number;
  readonly newRequestId: () => string;
}

/** How often node looks for requests that take too long; their real bound is the timeout plus this. */
const CONNECTIONS_CHECK_MS = 500;

/** A client that neither reads nor sends for this long is gone. Longer than any action may take. */
const IDLE_SOCKET_MS = 30_000;

export type HttpHandler = (req: IncomingMessage, res: ServerResponse) => void;

/** Node's HTTP server with the bounds that keep a slow or hostile client from holding on to it. */
export const createHttpServer = (handler: HttpHandler, options: HttpServerOptions): Server => {
  const server = createServer(
    {
      headersTimeout: options.requestTimeoutMs,
      requestTimeout: options.requestTimeoutMs,
      keepAliveTimeout: options.keepAliveTimeoutMs,
      connectionsCheckingInterval: CONNECTIONS_CHECK_MS,
      // The pipeline refuses a request without Host itself, in the envelope.
      requireHostHeader: false,
    },
    handler,
  );
  server.maxConnections = options.connectionsMax;
  server.setTimeout(Math.max(IDLE_SOCKET_MS, options.keepAliveTimeoutMs));
  server.on('checkContinue', (req: IncomingMessage, res: ServerResponse) => {
    markAwaitingContinue(req);
    handler(req, res);
  });
  // An expectation nobody knows is ignored, as RFC 9110 §10.1.1 allows.
  server.on('checkExpectation', handler);
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    refuse(error, socket, options.newRequestId());
  });
  return server;
};

interface Refusal {
  readonly status: number;
  readonly type: 'HEADER_INVALID' | 'REQUEST_TIMEOUT';
}

const refusalOf = (code: string | undefined): Refusal => {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return { status: 408, type: 'REQUEST_TIMEOUT' };
  return { status: code === 'HPE_HEADER_OVERFLOW' ? 431 : 400, type: 'HEADER_INVALID' };
};

/** There is no response object for a request that could not be parsed: the answer is written by hand. */
const refuse = (error: NodeJS.ErrnoException, socket: Duplex, requestId: string): void => {
  // Bytes of an answer may be on the wire already; a second one would be read as part of it.
  const busy = (socket as { _httpMessage?: { headersSent: boolean } | null })._httpMessage;
  if (error.code === 'ECONNRESET' || !socket.writable || busy?.headersSent === true) {
    socket.destroy();
    return;
  }
  const { status, type } = refusalOf(error.code);
  const body = JSON.stringify({
    code: status,
    type,
    message: systemErrors[type].zh,
    data: null,
    requestId,
  });
  const headers = [
    'Content-Type',
    'application/json; charset=utf-8',
    'Content-Length',
    String(Buffer.byteLength(body)),
    'X-Request-Id',
    requestId,
    ...securityHeaders,
    'Content-Security-Policy',
    API_CONTENT_POLICY,
    'Connection',
    'close',
  ];
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${toLines(headers)}\r\n${body}`);
  // A peer that does not read must not keep the socket.
  setTimeout(() => socket.destroy(), 1_000).unref();
};

const toLines = (pairs: readonly string[]): string => {
  let lines = '';
  for (let index = 0; index < pairs.length; index += 2)
    lines += `${pairs[index] ?? ''}: ${pairs[index + 1] ?? ''}\r\n`;
  return lines;
};

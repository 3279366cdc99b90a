import { once } from 'node:events';
import { request, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { TestScope } from '@app/testing';
import type { Envelope } from './suite.ts';

/** A connection on which a test says exactly what it wants, right or wrong. */
export interface RawConnection {
  readonly socket: Socket;
  /** Everything received so far. */
  text(): string;
  send(bytes: string): void;
  /** Resolves with everything received once the server has closed the connection. */
  closed(): Promise<string>;
}

export const openRaw = async (scope: TestScope, port: number): Promise<RawConnection> => {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  // A reset is an end too; what arrived before it is what the test looks at.
  socket.on('error', () => undefined);
  scope.teardown(() => socket.destroy());
  await once(socket, 'connect');
  return {
    socket,
    text: () => text,
    send: (bytes) => void socket.write(bytes),
    closed: async () => {
      if (!socket.closed) await once(socket, 'close');
      return text;
    },
  };
};

/** The JSON body of a raw answer. */
export const envelopeOf = (raw: string): Envelope =>
  JSON.parse(raw.slice(raw.indexOf('\r\n\r\n') + 4)) as Envelope;

export interface PlainAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** `node:http`, for what `fetch` forbids: `TRACE`, bodies on `GET`, chunks one by one. */
export const plainRequest = (
  port: number,
  options: RequestOptions,
  chunks: readonly (string | Buffer)[] = [],
): Promise<PlainAnswer> =>
  new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, ...options }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
    outgoing.on('error', reject);
    for (const chunk of chunks) outgoing.write(chunk);
    outgoing.end();
  });

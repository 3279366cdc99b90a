import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller, RawRequest } from '@app/runtime';
import type { Span } from '@opentelemetry/api';
import type { Locale } from '../errors.ts';
import type { AnyRoute } from '../routing/route-table.ts';

/** An answer that is not enveloped: callbacks, metrics, documents. */
export interface PlainReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** One request on its way through the pipeline. Each step reads what earlier ones found. */
export class Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** What follows the first `?`. */
  readonly search: string;
  /** On the monotonic clock, milliseconds. */
  readonly startedAtMs: number;

  requestId = '';
  locale: Locale = 'zh-CN';
  /** Always set once the request id is: with tracing off, ids that lead nowhere. */
  traceparent = '';
  span: Span | undefined = undefined;
  route: AnyRoute<Exchange> | undefined = undefined;
  pathParams: Readonly<Record<string, string | undefined>> = {};
  /** The methods of the path, for `Allow`. */
  allow = '';
  clientIp = '';
  caller: Caller = { kind: 'public' };
  idempotencyKey: string | undefined = undefined;
  params: Record<string, unknown> = {};
  raw: RawRequest | undefined = undefined;
  /** What the action returned. */
  result: unknown = undefined;
  /** Set instead of `result` where the answer has a form of its own. */
  reply: PlainReply | undefined = undefined;
  /** Name, value, name, value … of the response, as `writeHead` takes them. */
  readonly headers: string[] = [];
  status = 0;
  /** The error code that was answered, for the log. */
  errorCode: string | undefined = undefined;
  /** True while this request counts against the bound of requests in flight. */
  admitted = false;

  constructor(req: IncomingMessage, res: ServerResponse, startedAtMs: number) {
    this.req = req;
    this.res = res;
    this.startedAtMs = startedAtMs;
    this.method = req.method ?? 'GET';
    const url = req.url ?? '/';
    const question = url.indexOf('?');
    this.path = question === -1 ? url : url.slice(0, question);
    this.search = question === -1 ? '' : url.slice(question + 1);
  }
}

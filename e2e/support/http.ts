/** The one envelope of design: every answer of the gateway has it. */
export interface Envelope<Data = unknown> {
  readonly code: number;
  readonly message: string;
  readonly data: Data;
  readonly requestId: string;
  readonly type?: string;
  readonly errors?: readonly {
    readonly field: string;
    readonly rule: string;
    readonly message: string;
  }[];
}

export interface Answer<Data = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Envelope<Data>;
}

export interface RequestOptions {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What came over the wire; the last so many are kept. */
export interface RecordedAnswer {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
  /** Headers and body. */
  readonly text: string;
}
const RECORDED_MAX = 20_000;

/** A client of one gateway that reads every answer as an envelope. */
export const createClient = (baseUrl: string) => {
  const answers: RecordedAnswer[] = [];
  const record = (method: string, path: string, response: Response, body: string): void => {
    const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
    const [bare = ''] = path.split('?');
    answers.push({ method, path: bare, status: response.status, text: `${headers}\n\n${body}` });
    if (answers.length > RECORDED_MAX) answers.shift();
  };
  const send = async <Data = unknown>(
    method: string,
    path: string,
    { token, headers = {}, body }: RequestOptions = {},
  ): Promise<Answer<Data>> => {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    record(method, path, response, text);
    return {
      status: response.status,
      headers: response.headers,
      body: (text === '' ? null : JSON.parse(text)) as Envelope<Data>,
    };
  };
  return {
    baseUrl,
    answers: answers as readonly RecordedAnswer[],
    send,
    /** An answer that is no envelope: metrics, documents, callbacks. */
    async fetchText(
      path: string,
      init: RequestInit = {},
    ): Promise<{ status: number; text: string }> {
      const response = await fetch(`${baseUrl}${path}`, {
        signal: AbortSignal.timeout(30_000),
        ...init,
      });
      const text = await response.text();
      record(init.method ?? 'GET', path, response, text);
      return { status: response.status, text };
    },
    get: <Data = unknown>(path: string, options?: RequestOptions) =>
      send<Data>('GET', path, options),
    post: <Data = unknown>(path: string, body: unknown, options?: RequestOptions) =>
      send<Data>('POST', path, { ...options, body }),
  };
};

export type Client = ReturnType<typeof createClient>;

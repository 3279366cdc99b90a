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

/** A client of one gateway that reads every answer as an envelope. */
export const createClient = (baseUrl: string) => {
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
    return {
      status: response.status,
      headers: response.headers,
      body: (text === '' ? null : JSON.parse(text)) as Envelope<Data>,
    };
  };
  return {
    baseUrl,
    send,
    get: <Data = unknown>(path: string, options?: RequestOptions) =>
      send<Data>('GET', path, options),
    post: <Data = unknown>(path: string, body: unknown, options?: RequestOptions) =>
      send<Data>('POST', path, { ...options, body }),
  };
};

export type Client = ReturnType<typeof createClient>;

import { CommandError } from './say.ts';

export interface Answer {
  readonly status: number;
  readonly body: {
    readonly code?: number;
    readonly type?: string;
    readonly message?: string;
    readonly data?: unknown;
  } & Readonly<Record<string, unknown>>;
}

export interface AskOptions {
  readonly body?: unknown;
  readonly token?: string;
  readonly internalKey?: string;
  readonly idempotencyKey?: string;
}

/** One JSON request; anything that is no JSON answer ends the command with a sentence. */
export const ask = async (
  method: string,
  url: string,
  options: AskOptions = {},
): Promise<Answer> => {
  const headers: Record<string, string> = {};
  if (options.body !== undefined) headers['content-type'] = 'application/json';
  if (options.token !== undefined) headers['authorization'] = `Bearer ${options.token}`;
  if (options.internalKey !== undefined) headers['x-internal-key'] = options.internalKey;
  if (options.idempotencyKey !== undefined) headers['idempotency-key'] = options.idempotencyKey;
  try {
    const response = await fetch(url, {
      method,
      headers,
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      signal: AbortSignal.timeout(15_000),
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  } catch (error) {
    const why =
      error instanceof Error
        ? ((error.cause as Error | undefined)?.message ?? error.message)
        : String(error);
    throw new CommandError(`${method} ${url} got no answer: ${why}`);
  }
};

export type UpstreamFailure = 'timeout' | 'network' | 'open' | 'status';

export interface UpstreamErrorOptions {
  readonly message?: string;
  readonly status?: number;
  readonly body?: Buffer;
  readonly cause?: unknown;
  /** False when it is certain that nothing was sent. */
  readonly sent?: boolean;
}

/** An upstream gave no usable answer. Each service maps it to codes of its own. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly upstream: string;
  readonly reason: UpstreamFailure;
  /** Of an answer of 500 and above. */
  readonly status: number | undefined;
  readonly body: Buffer | undefined;
  /** False when it is certain that the upstream did not get the call. */
  readonly sent: boolean;

  constructor(upstream: string, reason: UpstreamFailure, options: UpstreamErrorOptions = {}) {
    const detail =
      options.message ?? (options.status === undefined ? reason : `status ${options.status}`);
    super(
      `${upstream}: ${detail}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.upstream = upstream;
    this.reason = reason;
    this.status = options.status;
    this.body = options.body;
    this.sent = options.sent ?? reason !== 'open';
  }
}

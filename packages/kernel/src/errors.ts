/**
 * What kind of failure an error is. Only the kind decides HTTP status and log level; only the
 * code decides what a client does (docs/adr/0003-error-model.md).
 */
export const errorKinds = {
  invalid: { status: 400, level: 'info' },
  unauthenticated: { status: 401, level: 'info' },
  forbidden: { status: 403, level: 'info' },
  not_found: { status: 404, level: 'info' },
  method_not_allowed: { status: 405, level: 'info' },
  request_timeout: { status: 408, level: 'info' },
  conflict: { status: 409, level: 'info' },
  too_large: { status: 413, level: 'info' },
  unsupported_media: { status: 415, level: 'info' },
  unprocessable: { status: 422, level: 'info' },
  exhausted: { status: 429, level: 'warn' },
  internal: { status: 500, level: 'error' },
  upstream: { status: 502, level: 'warn' },
  unavailable: { status: 503, level: 'warn' },
  upstream_timeout: { status: 504, level: 'warn' },
} as const satisfies Record<string, { status: number; level: 'info' | 'warn' | 'error' }>;

export type ErrorKind = keyof typeof errorKinds;

/** One entry of a service's error catalogue: everything the docs, the envelope and on-call need. */
export interface ErrorEntry {
  readonly kind: ErrorKind;
  /** What the shopper reads in Chinese. */
  readonly zh: string;
  /** What the shopper reads with `Accept-Language: en`. */
  readonly en: string;
  /** Why it happens, for the person who integrates or is on call. */
  readonly cause: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** JSON-safe details of a failure; they may leave the process, so never put a secret in. */
export type ErrorData = Readonly<Record<string, unknown>>;

export interface DomainErrorOptions {
  /** For developers and logs, never shown to shoppers. */
  readonly message?: string;
  readonly data?: ErrorData;
  /** Stays in this process: logged here, never sent on. */
  readonly cause?: unknown;
}

/** An expected failure with a stable code. Anything else that is thrown is a bug and ends as `INTERNAL`. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: string;
  readonly kind: ErrorKind;
  readonly data: ErrorData | undefined;

  constructor(code: string, kind: ErrorKind, options: DomainErrorOptions = {}) {
    super(
      options.message ?? code,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.kind = kind;
    this.data = options.data;
  }
}

/**
 * True when `error` carries this code, whatever class it has: a class does not survive the bus,
 * its code does.
 */
export const isError = (error: unknown, code: string): error is Error & { readonly code: string } =>
  error instanceof Error && (error as { code?: unknown }).code === code;

/** The code of a `DomainError`-like error, or `undefined` for anything unexpected. */
export const errorCode = (error: unknown): string | undefined =>
  error instanceof DomainError ? error.code : undefined;

/**
 * A typed constructor for the codes of one catalogue:
 * `const userError = errorFactory(userErrors); throw userError('ADDRESS_NOT_FOUND')`.
 */
export const errorFactory =
  <Catalogue extends Readonly<Record<string, ErrorEntry>>>(catalogue: Catalogue) =>
  (code: keyof Catalogue & string, options: DomainErrorOptions = {}): DomainError => {
    const entry = catalogue[code];
    if (entry === undefined) throw new TypeError(`error code ${code} is not in this catalogue`);
    return new DomainError(code, entry.kind, options);
  };

import { findErrorEntry } from '@app/contracts';
import { DomainError, errorKinds, type ErrorData, type ErrorKind } from '@app/kernel';
import { Errors, type ServiceBroker } from 'moleculer';

/**
 * How failures travel. On the bus an error is `{name, message, code, type, data, stack}`; only
 * `code` (HTTP status), `type` (our code) and `data` are sent. The message and the stack stay in
 * the log of the process that failed: both can hold SQL, paths or a shopper's data.
 */

const kindByStatus: ReadonlyMap<number, ErrorKind> = new Map(
  Object.entries(errorKinds).map(([kind, { status }]) => [status, kind as ErrorKind]),
);

const kindOf = (code: string, status: unknown): ErrorKind =>
  findErrorEntry(code)?.kind ??
  (typeof status === 'number' ? kindByStatus.get(status) : undefined) ??
  'internal';

const withoutStack = <E extends Error>(error: E): E => {
  error.stack = '';
  return error;
};

const makeWireError = (code: string, status: number, data: ErrorData | undefined): Error => {
  const limit = Error.stackTraceLimit;
  // Failures are ordinary answers; collecting a stack only to drop it would be the dearest part.
  Error.stackTraceLimit = 0;
  try {
    return withoutStack(new Errors.MoleculerError(code, status, code, data));
  } finally {
    Error.stackTraceLimit = limit;
  }
};

/** What a caller on another node gets for a failure of this one. */
export const toWireError = (error: unknown): Error => {
  if (!(error instanceof DomainError)) return makeWireError('INTERNAL', 500, undefined);
  const data = error.kind === 'internal' ? undefined : error.data;
  return makeWireError(error.code, errorKinds[error.kind].status, data);
};

interface WireFields {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly type?: unknown;
  readonly data?: unknown;
}

// moleculer's own failures by class name, which survives the wire. `reached`: the action may have
// run, so only an idempotent one may be repeated.
const transportFailures: Readonly<
  Record<string, { code: string; kind: ErrorKind; reached: boolean; retry: boolean }>
> = {
  ServiceNotFoundError: {
    code: 'SERVICE_UNAVAILABLE',
    kind: 'unavailable',
    reached: false,
    retry: true,
  },
  ServiceNotAvailableError: {
    code: 'SERVICE_UNAVAILABLE',
    kind: 'unavailable',
    reached: false,
    retry: true,
  },
  BrokerDisconnectedError: {
    code: 'SERVICE_UNAVAILABLE',
    kind: 'unavailable',
    reached: false,
    retry: true,
  },
  RequestRejectedError: {
    code: 'SERVICE_UNAVAILABLE',
    kind: 'unavailable',
    reached: true,
    retry: true,
  },
  QueueIsFullError: {
    code: 'SERVICE_UNAVAILABLE',
    kind: 'unavailable',
    reached: false,
    retry: false,
  },
  RequestTimeoutError: {
    code: 'DEADLINE_EXCEEDED',
    kind: 'upstream_timeout',
    reached: true,
    retry: false,
  },
  RequestSkippedError: {
    code: 'DEADLINE_EXCEEDED',
    kind: 'upstream_timeout',
    reached: false,
    retry: false,
  },
};

export interface CallFailure {
  readonly error: DomainError;
  /** The bus failed, not the action. */
  readonly transport: boolean;
  /** It is certain that the action did not run. */
  readonly unreached: boolean;
  /** Another node may answer. */
  readonly retryable: boolean;
}

/** Turns whatever `broker.call` rejected with into a `DomainError` of this process. */
export const fromWireError = (error: unknown, action: string): CallFailure => {
  if (error instanceof DomainError) return answered(error);
  const { name, code, type, data } = (error ?? {}) as WireFields;
  const failure = typeof name === 'string' ? transportFailures[name] : undefined;
  if (failure !== undefined) {
    const message = `${action}: ${name as string}`;
    return {
      error: new DomainError(failure.code, failure.kind, {
        message,
        data: { action },
        cause: error,
      }),
      transport: true,
      unreached: !failure.reached,
      retryable: failure.retry,
    };
  }
  if (typeof type !== 'string') {
    return answered(
      new DomainError('INTERNAL', 'internal', { message: `${action} failed`, cause: error }),
    );
  }
  const details = typeof data === 'object' && data !== null ? { data: data as ErrorData } : {};
  return answered(
    new DomainError(type, kindOf(type, code), { message: `${action}: ${type}`, ...details }),
  );
};

const answered = (error: DomainError): CallFailure => ({
  error,
  transport: false,
  unreached: false,
  retryable: false,
});

/**
 * The last line of defence: whatever throws outside our handlers (moleculer itself, a foreign
 * service in this broker) leaves without its message and stack too.
 */
export class SilentRegenerator extends Errors.Regenerator {
  #nodeId = '';

  override init(broker: ServiceBroker): void {
    super.init(broker);
    this.#nodeId = broker.nodeID;
  }

  override extractPlainError(error: Error): Errors.PlainMoleculerError {
    const { code, type, data, name } = error as Error & WireFields;
    const known = typeof type === 'string' && /^[A-Z][A-Z0-9_]*$/.test(type);
    const plain: unknown = {
      name: known ? name : 'MoleculerError',
      message: known ? type : 'INTERNAL',
      nodeID: this.#nodeId,
      code: known && typeof code === 'number' ? code : 500,
      type: known ? type : 'INTERNAL',
      retryable: false,
      stack: '',
      data: known ? data : undefined,
    };
    return plain as Errors.PlainMoleculerError;
  }
}

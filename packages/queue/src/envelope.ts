import type { AnyQueue, PayloadOf } from '@app/contracts';
import type { DomainError } from '@app/kernel';
import { createValidator, inject, requestContext, type FieldError } from '@app/runtime';

/** What a job carries in Redis: the payload, and whose work it is. */
export interface Envelope {
  readonly payload: unknown;
  /** W3C trace context of whoever added it; the worker's span hangs below. */
  readonly traceparent?: string;
  readonly requestId?: string;
}

export interface PayloadCheck<Queue extends AnyQueue> {
  /** The payload, with defaults filled in; throws what is wrong with it. */
  (payload: unknown): PayloadOf<Queue>;
}

/** Checks payloads against the contract, on both ends: jobs in Redis outlive releases. */
export const createPayloadCheck = <Queue extends AnyQueue>(queue: Queue): PayloadCheck<Queue> => {
  const validator = createValidator(queue.payload);
  return (payload) => {
    try {
      validator.check(payload, 'en');
    } catch (error) {
      const { errors = [] } = ((error as DomainError).data ?? {}) as { errors?: FieldError[] };
      const faults = errors.map(({ field, message }) => `${field}: ${message}`).join('; ');
      throw new TypeError(`a payload of queue ${queue.name} does not fit its contract: ${faults}`, {
        cause: error,
      });
    }
    return payload as PayloadOf<Queue>;
  };
};

/** Wraps a payload with the trace and the request that are active here. */
export const seal = (payload: unknown): Envelope => {
  const traceparent = inject();
  const requestId = requestContext()?.requestId;
  return {
    payload,
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(requestId === undefined ? {} : { requestId }),
  };
};

/** Reads what another process, maybe of another release, has put there; trusts nothing. */
export const open = (data: unknown): Envelope => {
  const { payload, traceparent, requestId } = (data ?? {}) as Readonly<Record<string, unknown>>;
  return {
    payload,
    ...(typeof traceparent === 'string' ? { traceparent } : {}),
    ...(typeof requestId === 'string' ? { requestId } : {}),
  };
};

import { SpanKind } from '@opentelemetry/api';
import { DomainError, backoffMs, type Backoff } from '@app/kernel';
import { Errors, type Context, type ServiceBroker } from 'moleculer';
import { requestContext, type RequestContext } from '../context.ts';
import { MINDED, forgetRequest } from '../host/bounded-calls.ts';
import type { NatsLink } from '../host/nats-link.ts';
import { callFailures, callRetries } from '../metrics.ts';
import { inject, withSpan } from '../tracing/index.ts';
import { toMeta } from './meta.ts';
import type { ActionCaller, ActionTarget, CallOptions, Dispatch } from './types.ts';
import { fromWireError, type CallFailure } from './wire-errors.ts';

/** How long a call may take when its action does not say. */
export const DEFAULT_TIMEOUT_MS = 5_000;

// A lost node is noticed within a second and another one takes over at once, so two more tries
// shortly after each other are what can help; more would only add load to a suite in trouble.
const retries: Backoff = { attemptsMax: 2, baseMs: 60, capMs: 300 };

export interface CallerDeps {
  readonly broker: ServiceBroker;
  readonly link: NatsLink;
  /** Named as the caller where no action, job or fact of another service is being worked on. */
  readonly service: string;
  readonly newId: () => string;
  readonly random?: () => number;
}

const deadlineExceeded = (action: string): DomainError =>
  new DomainError('DEADLINE_EXCEEDED', 'upstream_timeout', {
    message: `${action} was not called: the deadline of the request has passed`,
    data: { action },
  });

const busDown = (action: string): DomainError =>
  new DomainError('SERVICE_UNAVAILABLE', 'unavailable', {
    message: `${action} was not called: NATS is not connected`,
    data: { action },
  });

interface Call {
  readonly target: ActionTarget;
  readonly params: unknown;
  readonly options: CallOptions;
  readonly context: RequestContext | undefined;
  /** On the monotonic clock. */
  readonly endMs: number;
}

const noOptions: CallOptions = {};
const spanOptions = { kind: SpanKind.CLIENT };

/** See `Dispatch` for what it promises. */
export const createDispatch = (deps: CallerDeps): Dispatch => {
  const { random = Math.random } = deps;

  const retry = async (call: Call, firstError: unknown): Promise<unknown> => {
    const { target, endMs } = call;
    let error = firstError;
    for (let tries = 1; ; tries += 1) {
      const failure = fromWireError(error, target.name);
      if (failure.transport) callFailures.inc({ action: target.name, reason: failure.error.code });
      if (tries > retries.attemptsMax || !mayRetry(failure, target)) throw failure.error;
      const pauseMs = backoffMs(tries, retries, random);
      if (performance.now() + pauseMs >= endMs) throw failure.error;
      callRetries.inc({ action: target.name });
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      try {
        return await send(deps, call);
      } catch (again) {
        error = again;
      }
    }
  };

  return (target, params, options = noOptions) => {
    const context = requestContext();
    const call = { target, params, options, context, endMs: endOf(target, options, context) };
    return withSpan(
      `call ${target.name}`,
      () => ({ 'rpc.system': 'moleculer', 'rpc.method': target.name }),
      () => send(deps, call).catch((error: unknown) => retry(call, error)),
      spanOptions,
    );
  };
};

// One request and its time-out, with as few promises as it takes: this is the hottest path there is.
const send = (deps: CallerDeps, call: Call): Promise<unknown> => {
  const { name } = call.target;
  const timeoutMs = Math.ceil(call.endMs - performance.now());
  if (timeoutMs <= 0) return Promise.reject(deadlineExceeded(name));
  // Without this NATS would keep the request and deliver it long after its caller gave up.
  if (!deps.link.connected && !hasLocal(deps.broker, name)) return Promise.reject(busDown(name));
  const answer: Promise<unknown> & { readonly ctx?: Context } = deps.broker.call<unknown, unknown>(
    name,
    call.params,
    callingOptions(deps, call, timeoutMs),
  );
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      forgetRequest(answer.ctx);
      reject(new Errors.RequestTimeoutError({ action: name, nodeID: answer.ctx?.nodeID }));
    }, timeoutMs);
    answer.then(
      (result) => {
        clearTimeout(timer);
        resolve(result);
      },
      (error: unknown) => {
        clearTimeout(timer);
        forgetRequest(answer.ctx);
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- passed on as it is
        reject(error);
      },
    );
  });
};

/** Gives `Dispatch` the types of the contract. */
export const createActionCaller = (dispatch: Dispatch): ActionCaller => dispatch;

const endOf = (
  target: ActionTarget,
  options: CallOptions,
  context: RequestContext | undefined,
): number => {
  const own = Math.min(options.timeoutMs ?? Infinity, target.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  return Math.min(performance.now() + own, context?.deadlineMs ?? Infinity);
};

/**
 * An idempotent action is repeated whenever its node was lost; any other one only when it is
 * certain that no handler saw the request (the node had left, or said so while stopping).
 */
const mayRetry = (failure: CallFailure, target: ActionTarget): boolean =>
  failure.retryable && (target.idempotent || failure.unreached);

const callingOptions = (deps: CallerDeps, { options, context }: Call, timeoutMs: number) => {
  const requestId = context?.requestId ?? deps.newId();
  const meta = toMeta({
    caller: options.caller ?? { kind: 'service', name: context?.service ?? deps.service },
    requestId,
    locale: context?.locale ?? 'zh-CN',
    idempotencyKey: options.idempotencyKey,
    userAgent: options.userAgent,
    clientIp: options.clientIp,
    raw: options.raw,
    traceparent: inject() ?? context?.traceparent,
  });
  const calling = { timeout: timeoutMs, requestID: requestId, meta, [MINDED]: true };
  return options.nodeId === undefined ? calling : { ...calling, nodeID: options.nodeId };
};

const hasLocal = (broker: ServiceBroker, action: string): boolean => {
  const list = broker.registry.getActionEndpoints(action) as { hasLocal(): boolean } | undefined;
  return list?.hasLocal() ?? false;
};

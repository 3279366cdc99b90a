import { SpanKind } from '@opentelemetry/api';
import type { AnyAction, ParamsOf, ResultOf, ServiceContract } from '@app/contracts';
import { DomainError, errorKinds } from '@app/kernel';
import type { Context, ServiceSchema } from 'moleculer';
import { runInRequest } from '../context.ts';
import { runtimeOf, type NodeRuntime } from '../host/node-runtime.ts';
import { actionDuration } from '../metrics.ts';
import { runWithParent, withSpan } from '../tracing/index.ts';
import { createGuard } from './audience.ts';
import { hintEvents, type HintSubscription } from './hints.ts';
import { fromMeta, type ParsedMeta } from './meta.ts';
import { actionMetadata } from './metadata.ts';
import type { CallContext } from './types.ts';
import { createChecker, createValidator } from './validation.ts';
import { toWireError } from './wire-errors.ts';

/** A handler for every action of a contract: one missing, one too many or one mistyped does not compile. */
export type Handlers<Contract extends ServiceContract> = {
  readonly [K in keyof Contract['actions']]: (
    params: ParamsOf<Contract['actions'][K]>,
    call: CallContext,
  ) => Promise<ResultOf<Contract['actions'][K]>>;
};

export interface HandlerOptions {
  /** Hints of other services (or of this one) that this service listens to. */
  readonly onHints?: readonly HintSubscription[];
  /** Whatever else moleculer knows: `started`, `stopped`, `events` … */
  readonly extra?: Partial<ServiceSchema>;
}

type UntypedHandler = (params: unknown, call: CallContext) => Promise<unknown>;
type ActionContext = Context<unknown, Record<string, unknown>>;

/**
 * A moleculer service for a contract. Each action checks who calls, validates the params and fills
 * in their defaults, runs the handler inside the request's context, span and deadline, measures it,
 * and lets nothing but the code, kind and data of a failure leave the process.
 */
export const actionHandlers = <Contract extends ServiceContract>(
  contract: Contract,
  handlers: Handlers<NoInfer<Contract>>,
  options: HandlerOptions = {},
): ServiceSchema => {
  const actions = contract.actions as Readonly<Record<string, AnyAction>>;
  const untyped = handlers as unknown as Readonly<Record<string, UntypedHandler>>;
  const definitions = Object.entries(actions).map(([key, action]) => {
    const handle = untyped[key];
    if (handle === undefined) throw new Error(`${action.name} has no handler`);
    const definition = {
      app: actionMetadata(contract.name, key, action),
      handler: createHandler(contract.name, key, action, handle),
    };
    return [key, definition] as const;
  });
  const { events, ...rest } = options.extra ?? {};
  return {
    ...rest,
    name: contract.name,
    version: contract.version,
    actions: Object.fromEntries(definitions),
    events: { ...events, ...hintEvents(contract.name, options.onHints ?? []) },
  };
};

const createHandler = (service: string, key: string, action: AnyAction, handle: UntypedHandler) => {
  const guard = createGuard(action);
  const validator = createValidator(action.params);
  const resultProblem = createChecker(action.result);
  const observe = createObserver(service, key);
  const spanAttributes = { 'rpc.system': 'moleculer', 'rpc.service': service, 'rpc.method': key };
  const spanOptions = { kind: SpanKind.SERVER, service };

  const execute = async (ctx: ActionContext, meta: ParsedMeta, runtime: NodeRuntime) => {
    guard(meta.caller);
    const params = ownParams(ctx, validator.hasDefaults);
    validator.check(params, meta.locale);
    const result = await handle(params, callContextOf(meta, action));
    if (runtime.checkResults) assertResult(action, resultProblem(result));
    return result;
  };

  const fail = (runtime: NodeRuntime, error: unknown, startedMs: number): never => {
    runtime.inFlight.leave();
    observe(error instanceof DomainError ? error.code : 'INTERNAL', startedMs);
    logFailure(runtime, action, error);
    throw toWireError(error);
  };

  return (ctx: ActionContext): Promise<unknown> => {
    const startedMs = performance.now();
    const runtime = runtimeOf(ctx.broker);
    const meta = fromMeta(ctx.meta, runtime.newId);
    // moleculer sends the meta back with the answer; nobody reads it there.
    ctx.meta = {};
    const timeoutMs = ctx.options.timeout;
    const context = {
      requestId: meta.requestId,
      locale: meta.locale,
      traceparent: meta.traceparent,
      service,
      deadlineMs:
        typeof timeoutMs === 'number' && timeoutMs > 0 ? startedMs + timeoutMs : undefined,
    };
    runtime.inFlight.enter();
    const inSpan = () =>
      withSpan(action.name, spanAttributes, () => execute(ctx, meta, runtime), spanOptions);
    return runInRequest(context, () =>
      runWithParent(meta.traceparent, inSpan).then(
        (result) => {
          runtime.inFlight.leave();
          observe('ok', startedMs);
          return result;
        },
        (error: unknown) => fail(runtime, error, startedMs),
      ),
    );
  };
};

// A local call hands over the caller's own object; defaults must not be written into that one.
const ownParams = (ctx: ActionContext, hasDefaults: boolean): unknown => {
  const params = ctx.params ?? {};
  return hasDefaults && ctx.nodeID === ctx.broker.nodeID ? structuredClone(params) : params;
};

const callContextOf = (meta: ParsedMeta, action: AnyAction): CallContext => ({
  caller: meta.caller,
  requestId: meta.requestId,
  locale: meta.locale,
  idempotencyKey: meta.idempotencyKey,
  userAgent: meta.userAgent,
  clientIp: meta.clientIp,
  raw: meta.raw,
  action,
});

const assertResult = (action: AnyAction, problem: string | undefined): void => {
  if (problem !== undefined)
    throw new Error(`${action.name} answered against its contract: ${problem}`);
};

const logFailure = (runtime: NodeRuntime, action: AnyAction, error: unknown): void => {
  if (!(error instanceof DomainError)) {
    runtime.logger.error({ err: error, action: action.name }, 'action failed unexpectedly');
    return;
  }
  // What a client did wrong is an ordinary answer; the use-case's own line tells of it already.
  const { level } = errorKinds[error.kind];
  runtime.logger[level === 'info' ? 'debug' : level](
    { err: error, action: action.name },
    'action failed',
  );
};

const createObserver = (service: string, key: string) => {
  // Looking a child up by its labels costs more than observing; the few outcomes are kept.
  const children = new Map<string, ReturnType<typeof actionDuration.labels>>();
  return (outcome: string, startedMs: number): void => {
    let child = children.get(outcome);
    if (child === undefined) {
      child = actionDuration.labels(service, key, outcome);
      children.set(outcome, child);
    }
    child.observe((performance.now() - startedMs) / 1000);
  };
};

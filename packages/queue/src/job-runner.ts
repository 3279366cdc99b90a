import { SpanKind } from '@opentelemetry/api';
import { services, type AnyQueue, type PayloadOf } from '@app/contracts';
import { linkTo, runInRequest, runWithParent, withSpan, type Host } from '@app/runtime';
import { UnrecoverableError, type Job } from 'bullmq';
import { createPayloadCheck, open, type Envelope } from './envelope.ts';
import { jobDuration, jobWait } from './metrics.ts';

/** What a handler is told about the job besides its payload. */
export interface JobInfo {
  readonly jobId: string;
  /** 1 for the first start; a start that died with its process counts as well. */
  readonly attempt: number;
  /** Aborts when this worker lost the job or must stop now: somebody else will run it. */
  readonly signal: AbortSignal;
}

/**
 * Does the work of one job. It may run twice (a crash, a stall, a replay) and late (the state of the
 * row may have moved on): look at the row first. A rejection is tried again with back-off, except
 * `giveUp(…)`.
 */
export type JobHandler<Queue extends AnyQueue> = (
  payload: PayloadOf<Queue>,
  job: JobInfo,
) => Promise<void>;

/** Thrown by a handler: no further attempt would help, the job is dead at once. */
export const giveUp = (reason: string): Error => new UnrecoverableError(reason);

export type WorkerHost = Pick<Host, 'namespace' | 'logger' | 'ids' | 'nodeId'>;

export type RunJob = (job: Job<Envelope, void>, signal: AbortSignal) => Promise<void>;

/** Runs one attempt as part of the request and the trace that the job was added in. */
export const createJobRunner = <Queue extends AnyQueue>(
  host: WorkerHost,
  definition: Queue,
  handle: JobHandler<Queue>,
): RunJob => {
  const { name } = definition;
  const checkPayload = createPayloadCheck(definition);
  const service = ownerOf(name);

  return (job, signal) => {
    const { payload, traceparent, requestId = host.ids.next() } = open(job.data);
    const info: JobInfo = { jobId: job.id ?? '', attempt: job.attemptsStarted, signal };
    if (info.attempt === 1) jobWait.observe({ queue: name }, lateSeconds(job));
    const work = (): Promise<void> =>
      measured(host, name, info, () => handle(parse(checkPayload, payload), info));
    const attributes = {
      'messaging.system': 'bullmq',
      'messaging.destination.name': name,
      'messaging.operation.name': 'process',
      'messaging.message.id': info.jobId,
      'app.job.attempt': info.attempt,
    };
    const spanOptions = { kind: SpanKind.CONSUMER, links: [linkTo(traceparent)], service };
    return runInRequest({ requestId, locale: 'zh-CN', traceparent, service }, () =>
      runWithParent(traceparent, () => withSpan(`process ${name}`, attributes, work, spanOptions)),
    );
  };
};

/** A payload that does not fit today will not fit tomorrow either. */
const parse = <P>(checkPayload: (payload: unknown) => P, payload: unknown): P => {
  try {
    return checkPayload(payload);
  } catch (error) {
    throw giveUp(error instanceof Error ? error.message : String(error));
  }
};

/** One metric and one log line per attempt. */
const measured = async (
  { logger }: WorkerHost,
  queue: string,
  { jobId, attempt }: JobInfo,
  work: () => Promise<void>,
): Promise<void> => {
  const startedAt = performance.now();
  const finish = (outcome: 'done' | 'failed'): object => {
    const durationMs = performance.now() - startedAt;
    jobDuration.observe({ queue, outcome }, durationMs / 1000);
    return { queue, jobId, attempt, durationMs: Math.round(durationMs) };
  };
  try {
    await work();
  } catch (error) {
    logger.warn({ ...finish('failed'), err: error }, 'job failed');
    throw error;
  }
  logger.info(finish('done'), 'job done');
};

/** Against the clock of the producer; a clock that is ahead must not make it negative. */
const lateSeconds = ({ processedOn, timestamp, opts }: Job): number =>
  Math.max(0, ((processedOn ?? timestamp) - timestamp - (opts.delay ?? 0)) / 1000);

/** The service whose contract declares the queue, for its spans in a process of many services. */
const ownerOf = (queueName: string): string | undefined =>
  Object.values(services).find((contract) =>
    Object.values<AnyQueue>(contract.queues).some((queue) => queue.name === queueName),
  )?.name;

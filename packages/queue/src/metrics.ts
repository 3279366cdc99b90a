import { Counter, Gauge, Histogram } from 'prom-client';

/** Every metric of this package, except `app_queue_jobs`, which is read on each scrape (job-counts.ts). */

export const jobDuration = new Histogram({
  name: 'app_queue_job_duration_seconds',
  help: 'Time one attempt of a job took: done or failed',
  labelNames: ['queue', 'outcome'] as const,
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
});

export const jobWait = new Histogram({
  name: 'app_queue_job_wait_seconds',
  help: 'How late a job started, counted from the moment it was due',
  labelNames: ['queue'] as const,
  buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800],
});

export const deadJobs = new Counter({
  name: 'app_queue_dead_total',
  help: 'Jobs given up: out of attempts, not readable, or refused for good',
  labelNames: ['queue'] as const,
});

export const stalledJobs = new Counter({
  name: 'app_queue_stalled_total',
  help: 'Jobs taken over because their worker vanished',
  labelNames: ['queue'] as const,
});

export const sweeperRuns = new Counter({
  name: 'app_sweeper_runs_total',
  help: 'Sweeps: ok, failed, skipped (another node swept), or locked_out (no lock, Redis is away)',
  labelNames: ['service', 'sweeper', 'outcome'] as const,
});

export const sweeperRecreated = new Counter({
  name: 'app_sweeper_recreated_total',
  help: 'Lost jobs and effects that a sweeper made again from rows',
  labelNames: ['service', 'sweeper'] as const,
});

export const queueJobs = (collect: (gauge: Gauge<'queue' | 'state'>) => Promise<void>) =>
  new Gauge({
    name: 'app_queue_jobs',
    help: 'Jobs in a queue by state, read from Redis on each scrape; the same from every process',
    labelNames: ['queue', 'state'] as const,
    async collect() {
      await collect(this);
    },
  });

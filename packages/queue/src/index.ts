export {
  createProducer,
  type AddOptions,
  type Producer,
  type ProducerOptions,
} from './producer.ts';
export type { Rhythm } from './schedules.ts';
export { createWorker, type CreateWorkerOptions } from './worker.ts';
export { giveUp, type JobHandler, type JobInfo } from './job-runner.ts';
export { createSweeper, type SweeperOptions } from './sweeper.ts';

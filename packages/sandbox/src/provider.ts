import type { FastifyInstance } from 'fastify';

/**
 * One upstream that the sandbox plays. A further one (Pay, Douyin, Aliyun, COS …) is a folder that
 * exports a factory of this and a line in `app.ts`.
 */
export interface Provider {
  readonly name: string;
  /** The routes of the real host. Bodies arrive as raw bytes, faults are applied around them. */
  upstream(app: FastifyInstance): void;
  /** The control routes, below `/__sandbox`. Bodies are JSON, checked by the route's schema. */
  control(app: FastifyInstance): void;
  /** The body the real host would send for this error code, for faults with `errcode`. */
  errorBody(errcode: number | string): object;
  /** The HTTP status that goes with the code; default 200, as WeChat's server API answers everything. */
  errorStatus?(errcode: number | string): number;
}

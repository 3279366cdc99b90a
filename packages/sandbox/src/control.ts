import type { FastifyInstance } from 'fastify';
import type { SandboxClock } from './clock.ts';
import { ControlError } from './control-error.ts';
import type { FaultBook, FaultRule } from './faults.ts';

const faultSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['match', 'fault'],
  properties: {
    match: {
      type: 'object',
      additionalProperties: false,
      properties: {
        method: { enum: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] },
        path: { type: 'string', pattern: '^(/|\\*)' },
      },
    },
    fault: {
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      properties: {
        status: { type: 'integer', minimum: 200, maximum: 599 },
        errcode: { anyOf: [{ type: 'integer' }, { type: 'string', pattern: '^[A-Z_]{2,64}$' }] },
        delayMs: { type: 'integer', minimum: 0, maximum: 600_000 },
        drop: { type: 'boolean' },
        duplicate: { type: 'boolean' },
        corrupt: { enum: [true, false, 'truncated', 'html'] },
        when: { enum: ['before', 'after'] },
      },
    },
    times: { type: 'integer', minimum: 1 },
    rate: { type: 'number', exclusiveMinimum: 0, maximum: 1 },
  },
} as const;

const clockSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['offsetMs'],
  // A hundred years either way: beyond that dates stop being dates.
  properties: { offsetMs: { type: 'integer', minimum: -3.2e12, maximum: 3.2e12 } },
} as const;

interface ControlOptions {
  readonly clock: SandboxClock;
  readonly faults: FaultBook;
  readonly reset: () => void;
}

/** The control routes that concern no single provider: faults, clock, reset, health. */
export const registerControl = (app: FastifyInstance, options: ControlOptions): void => {
  const { clock, faults, reset } = options;

  app.get('/health', () => ({ status: 'ok', nowMs: clock.nowMs(), offsetMs: clock.offsetMs() }));

  app.post<{ Body: FaultRule }>('/faults', { schema: { body: faultSchema } }, (request) => ({
    id: faults.add(request.body),
  }));
  app.get('/faults', () => faults.list());
  app.delete<{ Params: { id: string } }>('/faults/:id', (request) => {
    if (!faults.remove(request.params.id)) throw new ControlError('id', 'no such fault', 404);
    return {};
  });

  app.post<{ Body: { offsetMs: number } }>(
    '/clock',
    { schema: { body: clockSchema } },
    (request) => {
      clock.setOffsetMs(request.body.offsetMs);
      return { offsetMs: clock.offsetMs(), nowMs: clock.nowMs() };
    },
  );
  app.get('/clock', () => ({ offsetMs: clock.offsetMs(), nowMs: clock.nowMs() }));

  app.post('/reset', () => {
    reset();
    return {};
  });
};

import { DomainError } from '@app/kernel';
import {
  actionHandlers,
  createLogger,
  onHint,
  remainingMs,
  type App,
  type Handlers,
  type Host,
  type Logger,
} from '../../src/index.ts';
import { probe, type Probe } from './contract.ts';

export interface ProbeLog {
  readonly calls: string[];
  readonly hints: string[];
}

export const newProbeLog = (): ProbeLog => ({ calls: [], hints: [] });

export interface LineLog {
  readonly logger: Logger;
  /** The lines as they would reach the disk. */
  readonly text: () => string;
}

/** A real logger that writes into memory. */
export const lineLog = (service = 'probe'): LineLog => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return {
    logger: createLogger({ level: 'debug', service, destination }),
    text: () => lines.join(''),
  };
};

/** The probe service; `fail` fails in the way it is told. */
export const probeApp = (
  host: Host,
  log: ProbeLog = newProbeLog(),
  overrides: Partial<Handlers<Probe>> = {},
): App => {
  const handlers: Handlers<Probe> = {
    echo: async ({ text, times = 0 }) => {
      log.calls.push(text);
      return { text, times, pid: process.pid };
    },
    once: async ({ text }) => {
      log.calls.push(text);
      return { text };
    },
    slow: async ({ ms }) => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      return { ms: Math.round(remainingMs() ?? -1), node: host.nodeId };
    },
    mine: async (_params, { caller }) => ({ userId: caller.kind === 'user' ? caller.userId : '' }),
    ship: async () => null,
    notify: async (_params, { raw }) => ({
      bytes: raw?.body.byteLength ?? -1,
      text: raw?.body.toString('hex') ?? '',
    }),
    operate: async () => null,
    open: async (_params, { caller }) => ({ kind: caller.kind }),
    fail: ({ how }) => Promise.reject(failureOf(how)),
    ...overrides,
  };
  const onHints = [
    onHint(probe.hints.changed, ({ key }) => {
      log.hints.push(key);
    }),
  ];
  return {
    name: 'probe',
    stores: [],
    workers: [],
    schemas: [actionHandlers(probe, handlers, { onHints })],
  };
};

const failureOf = (how: string): Error =>
  how === 'domain'
    ? new DomainError('PROBE_TAKEN', 'conflict', {
        message: 'select * from hidden_table',
        data: { by: 'someone' },
        cause: new Error('deep cause'),
      })
    : new Error('select * from hidden_table');

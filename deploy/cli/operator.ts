import { ask, type Answer } from './ask.ts';
import { loadEnv } from './env.ts';
import { runDir } from './paths.ts';
import { readState } from './process/state.ts';
import { CommandError } from './say.ts';
import { servicesWithSchema } from './suite.ts';

interface Problem {
  readonly field: string;
  readonly message: string;
}

/** Asks the gateway as the operator of the machine does: with the internal key. */
export interface Operator {
  /** @throws CommandError with the suite's own words when it refuses. */
  ask<Data>(method: string, path: string, body?: unknown): Promise<Data>;
}

const explain = ({ status, body }: Answer): string => {
  const problems = (body['errors'] ?? []) as readonly Problem[];
  const details = problems.map(({ field, message }) => `\n  ${field}: ${message}`).join('');
  return `${body.message ?? ''} (${status} ${body.type ?? ''})${details}`;
};

/** The running suite, or the one that `GATEWAY_URL` and `INTERNAL_API_KEY` point at. */
export const createOperator = (): Operator => {
  const env = loadEnv(servicesWithSchema(), false);
  const url = env['GATEWAY_URL'] ?? readState(runDir)?.gatewayUrl;
  if (url === undefined)
    throw new CommandError(
      'which suite? Start one (./make.sh up), or set GATEWAY_URL and INTERNAL_API_KEY.',
    );
  const internalKey = env['INTERNAL_API_KEY'];
  if (internalKey === undefined) throw new CommandError('INTERNAL_API_KEY is not set.');
  return {
    ask: async <Data>(method: string, path: string, body?: unknown): Promise<Data> => {
      const answer = await ask(method, url + path, {
        internalKey,
        ...(body === undefined ? {} : { body }),
      });
      if (answer.status >= 300) throw new CommandError(explain(answer));
      return answer.body.data as Data;
    },
  };
};

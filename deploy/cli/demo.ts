import { createNarrator, type Suite } from './demo/narrator.ts';
import { startOperator } from './demo/operator.ts';
import { purchase } from './demo/purchase.ts';
import { leave, settleIn, signIn } from './demo/shopper.ts';
import { loadEnv } from './env.ts';
import { runDir } from './paths.ts';
import { readState } from './process/state.ts';
import { CommandError, say } from './say.ts';
import { servicesWithSchema } from './suite.ts';

/** The running suite, or the one that `GATEWAY_URL`, `SANDBOX_URL` and `INTERNAL_API_KEY` point at. */
const suiteToShow = (): Suite => {
  const env = loadEnv(servicesWithSchema(), false);
  const internalKey = env['INTERNAL_API_KEY'];
  if (internalKey === undefined) throw new CommandError('INTERNAL_API_KEY is not set.');
  const given = { gatewayUrl: env['GATEWAY_URL'], sandboxUrl: env['SANDBOX_URL'] };
  const state = readState(runDir);
  if (given.gatewayUrl === undefined && state?.phase !== 'ready')
    throw new CommandError(
      'the suite is not running: start it with ./make.sh up in another terminal',
    );
  const { gatewayUrl, sandboxUrl } = given.gatewayUrl === undefined ? (state ?? given) : given;
  if (gatewayUrl === undefined || sandboxUrl === undefined)
    throw new CommandError('the demo needs the sandbox, which runs with ENV=dev only');
  return { gatewayUrl, sandboxUrl, internalKey };
};

/**
 * `demo`: a shopper's journey, step by step, from the first sign-in over a purchase to its last
 * refund; fails at the first answer that is not as it should be. Every run is another shopper.
 */
export const demo = async (): Promise<void> => {
  const suite = suiteToShow();
  const step = createNarrator(suite);
  const shopper = await signIn(step);
  const addressId = await settleIn(step, shopper.accessToken);
  const operator = await startOperator(step, suite);
  await purchase({ step, shopper, operator }, addressId);
  await operator.leave();
  await leave(step, shopper);
  say(`\nThat was the whole journey. API reference: ${suite.gatewayUrl}/docs`);
};

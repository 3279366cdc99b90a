import { runDir } from './paths.ts';
import { residentBytes } from './process/identity.ts';
import { readState } from './process/state.ts';
import { lookReady } from './readiness.ts';
import { suiteTable } from './report.ts';
import { green, megabytes, red, say, seconds } from './say.ts';

/** `status`: what runs, where, how big, and whether it is ready. Exit code 1 when it is not. */
export const status = async (): Promise<void> => {
  const state = readState(runDir);
  if (state === undefined) {
    say('The suite is not running. Start it with ./make.sh up');
    process.exitCode = 1;
    return;
  }
  const total = state.children.reduce(
    (sum, { pid }) => sum + (pid === undefined ? 0 : (residentBytes(pid) ?? 0)),
    0,
  );
  const missing = await lookReady(state.gatewayUrl);
  const answer = missing === undefined ? green('ready') : `${red('not ready')}\n${missing}`;
  say(
    `${suiteTable(state)}\n\n${megabytes(total)} in all, up for ${seconds(Date.now() - state.startedAtMs)}: ${answer}`,
  );
  if (missing !== undefined) process.exitCode = 1;
};

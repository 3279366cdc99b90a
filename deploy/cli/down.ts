import { existsSync } from 'node:fs';
import { stopDockerStores } from './infra/docker.ts';
import { stopStrays } from './infra/private.ts';
import { dataDir, runDir } from './paths.ts';
import { readPidFile } from './process/pidfile.ts';
import { SUPERVISOR, stopSupervisor, sweepLeftovers } from './process/supervisor.ts';
import { say } from './say.ts';

/** `down`: stops everything that `up` started, and nothing else. */
export const down = async (): Promise<void> => {
  const wasRunning = await stopSupervisor(runDir, readPidFile(runDir, SUPERVISOR));
  const left = await sweepLeftovers(runDir);
  if (existsSync(dataDir)) await stopStrays(dataDir);
  await stopDockerStores();
  if (left.length > 0) say(`stopped what a killed run had left: ${left.join(', ')}`);
  say(wasRunning || left.length > 0 ? 'Everything is stopped.' : 'Nothing was running.');
};

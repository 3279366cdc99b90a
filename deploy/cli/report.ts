import { residentBytes } from './process/identity.ts';
import type { SuiteState } from './process/state.ts';
import { bold, dim, green, megabytes, red, table, yellow } from './say.ts';

const statusText = (status: string, restarts: number): string => {
  const again = restarts === 0 ? '' : yellow(` (${restarts} restarts)`);
  if (status === 'running') return green('running') + again;
  if (status === 'waiting') return yellow('starting again') + again;
  return red(status) + again;
};

const memoryOf = (pid: number | undefined): string => {
  const bytes = pid === undefined ? undefined : residentBytes(pid);
  return bytes === undefined ? '–' : megabytes(bytes);
};

/** What runs where: stores that others run first, then every process of ours. */
export const suiteTable = (state: SuiteState): string => {
  const foreign = state.stores
    .filter(({ source }) => source !== 'private')
    .map(({ name, address, source }) => [
      name,
      address,
      '–',
      '–',
      source === 'docker' ? 'in Docker' : 'given by the environment',
    ]);
  const ours = state.children.map(({ name, where, pid, status, restarts }) => [
    name,
    where,
    pid === undefined ? '–' : String(pid),
    memoryOf(pid),
    statusText(status, restarts),
  ]);
  return table([['what', 'where', 'pid', 'memory', 'state'], ...foreign, ...ours]);
};

/**
 * A sign-in that works when pasted as it stands. The README prints the same lines
 * (with the default ports); `demo` tells the rest of the journey.
 */
export const signInByCurl = (gatewayUrl: string, sandboxUrl: string): string => `\
code=$(curl -s -X POST ${sandboxUrl}/__sandbox/wechat/login-codes \\
  -H 'content-type: application/json' -d '{}' | sed 's/.*"code":"\\([^"]*\\)".*/\\1/')
token=$(curl -s ${gatewayUrl}/api/v1/auth/wechat/login \\
  -H 'content-type: application/json' -d "{\\"code\\":\\"$code\\"}" | sed 's/.*"accessToken":"\\([^"]*\\)".*/\\1/')
curl -s ${gatewayUrl}/api/v1/users/me -H "authorization: Bearer $token"`;

/** The first screen after `up`. */
export const readyScreen = (state: SuiteState): string => {
  const { gatewayUrl, sandboxUrl } = state;
  const tryIt =
    sandboxUrl === undefined
      ? ''
      : `\n\n${bold('A sign-in to try')} ${dim('(the sandbox plays WeChat and hands out the login code)')}\n\n${signInByCurl(gatewayUrl, sandboxUrl)}`;
  const traces = state.stores.some(({ source }) => source === 'docker')
    ? '  traces http://127.0.0.1:16686'
    : '';
  return `${suiteTable(state)}

API reference ${bold(`${gatewayUrl}/docs`)}  readiness ${gatewayUrl}/system/ready${traces}${tryIt}

${dim('./make.sh admin create <username> makes the first admin · demo tells the journey · status · logs -f · down')}`;
};

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Answer, Client } from './http.ts';
import { root } from './process.ts';
import type { Suite } from './suite.ts';

export interface AdminSignIn {
  readonly accessToken: string;
  readonly expiresIn: number;
  readonly admin: {
    readonly id: string;
    readonly username: string;
    readonly roles: readonly { readonly id: string; readonly name: string }[];
    readonly actions: readonly string[];
  };
}

/** What `./make.sh <words…>` says and how it ends, against the suite under test. */
export const runCommand = async (
  suite: Suite,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly output: string }> => {
  const args = ['--conditions=@app/source', join(root, 'deploy/cli/main.ts'), ...words];
  const options = {
    env: {
      PATH: process.env['PATH'] ?? '',
      NO_COLOR: '1',
      GATEWAY_URL: suite.client.baseUrl,
      INTERNAL_API_KEY: suite.secrets['INTERNAL_API_KEY'] ?? '',
      ...env,
    },
  };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, options);
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: stdout + stderr };
  }
};

export const PASSWORD = 'correct horse battery staple';

export const adminLogin = (
  client: Client,
  username: string,
  password = PASSWORD,
): Promise<Answer<AdminSignIn>> =>
  client.post<AdminSignIn>('/admin/v1/auth/login', { username, password });

/** The first admin, made by the operator's command, and a token of theirs. */
export const createFirstAdmin = async (suite: Suite, username = 'root'): Promise<AdminSignIn> => {
  const made = await runCommand(suite, ['admin', 'create', username], { ADMIN_PASSWORD: PASSWORD });
  if (made.code !== 0) throw new Error(made.output);
  const { status, body } = await adminLogin(suite.client, username);
  if (status !== 200) throw new Error(`no admin: ${status} ${JSON.stringify(body)}`);
  return body.data;
};

import { spawn } from 'node:child_process';
import { repositoryRoot } from './repository.ts';

export interface ToolResult {
  readonly ok: boolean;
  readonly output: string;
}

/** Runs a program of node_modules/.bin with this very Node and keeps what it printed. */
export const runTool = (command: string, args: readonly string[]): Promise<ToolResult> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: repositoryRoot, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ ok: code === 0, output: Buffer.concat(chunks).toString() });
    });
  });

export const runBin = (name: string, args: readonly string[]): Promise<ToolResult> =>
  runTool(process.execPath, [`node_modules/${binaries[name] ?? name}`, ...args]);

const binaries: Readonly<Record<string, string>> = {
  prettier: 'prettier/bin/prettier.cjs',
  eslint: 'eslint/bin/eslint.js',
  tsc: 'typescript/bin/tsc',
  depcruise: 'dependency-cruiser/bin/dependency-cruiser.mjs',
};

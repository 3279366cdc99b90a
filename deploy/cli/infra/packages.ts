import { spawn } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { findBinary } from '../paths.ts';
import { CommandError, dim, say } from '../say.ts';
import type { StoreName } from './types.ts';

/** Which Debian package brings which server, and which unit it would start by itself. */
const packages = [
  { store: 'mysql', binaries: ['mariadbd', 'mysqld'], name: 'mariadb-server', unit: 'mariadb' },
  {
    store: 'redis',
    binaries: ['redis-server', 'valkey-server'],
    name: 'redis-server',
    unit: 'redis-server',
  },
  { store: 'nats', binaries: ['nats-server'], name: 'nats-server', unit: 'nats-server' },
] as const;

export type MissingPackage = (typeof packages)[number];

/** What is not installed of all that these stores need (`redis-cache` and `redis-queue` are one program). */
export const missingPackages = (stores: readonly StoreName[]): readonly MissingPackage[] =>
  packages.filter(
    ({ store, binaries }) =>
      stores.some((name) => name.startsWith(store)) && findBinary(...binaries) === undefined,
  );

/** True where `apt-get install` is ours to run: Debian or a child of it, as root. */
export const canInstallPackages = (): boolean =>
  process.getuid?.() === 0 &&
  findBinary('apt-get') !== undefined &&
  existsSync('/etc/debian_version');

const POLICY = '/usr/sbin/policy-rc.d';
const POLICY_KEPT = `${POLICY}.kept-by-mall`;
const POLICY_MARK = '# written by make.sh for the time of one installation';

/** Undoes `forbidServiceStarts`, also one that a killed predecessor left behind. */
const allowServiceStarts = (): void => {
  const isOurs = existsSync(POLICY) && readFileSync(POLICY, 'utf8').includes(POLICY_MARK);
  if (isOurs) rmSync(POLICY);
  if (existsSync(POLICY_KEPT)) renameSync(POLICY_KEPT, POLICY);
};

/** Debian asks this script before a package may start its service; 101 says "no". */
const forbidServiceStarts = (): void => {
  allowServiceStarts();
  if (existsSync(POLICY)) renameSync(POLICY, POLICY_KEPT);
  writeFileSync(POLICY, `#!/bin/sh\n${POLICY_MARK}\nexit 101\n`, { mode: 0o755 });
};

const runQuietly = (
  command: string,
  args: readonly string[],
): Promise<{ code: number | null; output: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-8000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, output });
    });
  });

const aptGet = async (...args: readonly string[]): Promise<void> => {
  const { code, output } = await runQuietly('apt-get', args);
  if (code !== 0) throw new CommandError(`apt-get ${args.join(' ')} failed:\n${output.trim()}`);
};

/** A freshly installed server would start at the next boot of the machine; ours is started by `up`. */
const disableUnits = async (units: readonly string[]): Promise<void> => {
  if (findBinary('systemctl') === undefined || !existsSync('/run/systemd/system')) return;
  for (const unit of units) await runQuietly('systemctl', ['disable', unit]);
};

/** Installs what is missing, without letting the distribution's services start. */
export const installPackages = async (missing: readonly MissingPackage[]): Promise<void> => {
  const names = missing.map(({ name }) => name);
  say(dim(`  installing ${names.join(', ')} (apt-get, once)`));
  const install = ['install', '-y', '--no-install-recommends', ...names] as const;
  forbidServiceStarts();
  try {
    const first = await runQuietly('apt-get', install);
    if (first.code !== 0) {
      // The lists are missing or older than the archive.
      await aptGet('update');
      await aptGet(...install);
    }
    await disableUnits(missing.map(({ unit }) => unit));
  } finally {
    allowServiceStarts();
  }
};

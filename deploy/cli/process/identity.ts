import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * A process for certain: the kernel reuses process ids, but never together with the moment of
 * birth. Signals are only ever sent to an identity that still holds.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Boot and clock ticks on Linux, a date elsewhere; only compared for equality. */
  readonly startedAt: string;
}

const bootId = (): string => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
};

/** Fields of /proc/<pid>/stat after the command name, which may itself hold blanks and brackets. */
const statFields = (pid: number): string[] | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
};

const identifyByPs = (pid: number): ProcessIdentity | undefined => {
  try {
    const line = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    return line === '' || line.startsWith('Z')
      ? undefined
      : { pid, startedAt: line.slice(1).trim() };
  } catch {
    return undefined;
  }
};

/** Who has this pid now; `undefined` when nobody has, or only a zombie. */
export const identify = (pid: number): ProcessIdentity | undefined => {
  if (!Number.isSafeInteger(pid) || pid <= 1) return undefined;
  if (process.platform !== 'linux') return identifyByPs(pid);
  const fields = statFields(pid);
  const state = fields?.[0];
  const ticks = fields?.[19];
  if (state === undefined || ticks === undefined || state === 'Z' || state === 'X')
    return undefined;
  return { pid, startedAt: `${bootId()}:${ticks}` };
};

export const isAlive = (identity: ProcessIdentity): boolean =>
  identify(identity.pid)?.startedAt === identity.startedAt;

/** Resident memory in bytes, or `undefined` when the process is gone or the system does not say. */
export const residentBytes = (pid: number): number | undefined => {
  try {
    const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return match === null ? undefined : Number(match[1]) * 1024;
  } catch {
    return undefined;
  }
};

import { linkSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDir } from '../paths.ts';
import { identify, isAlive, type ProcessIdentity } from './identity.ts';

/** `<name>.pid`: who runs under this name, written the moment it was started. */
export interface PidRecord extends ProcessIdentity {
  readonly name: string;
}

const fileOf = (dir: string, name: string): string => join(dir, `${name}.pid`);

const parse = (name: string, text: string): PidRecord | undefined => {
  try {
    const { pid, startedAt } = JSON.parse(text) as Partial<ProcessIdentity>;
    return typeof pid === 'number' && typeof startedAt === 'string'
      ? { name, pid, startedAt }
      : undefined;
  } catch {
    return undefined;
  }
};

export const writePidFile = (dir: string, name: string, identity: ProcessIdentity): void => {
  ensureDir(dir);
  const file = fileOf(dir, name);
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify({ pid: identity.pid, startedAt: identity.startedAt }));
  renameSync(draft, file);
};

export const readPidFile = (dir: string, name: string): PidRecord | undefined => {
  try {
    return parse(name, readFileSync(fileOf(dir, name), 'utf8'));
  } catch {
    return undefined;
  }
};

export const removePidFile = (dir: string, name: string): void => {
  rmSync(fileOf(dir, name), { force: true });
};

/** Every record of the folder whose process still lives; files of dead ones are removed. */
export const livePidRecords = (dir: string): PidRecord[] => {
  const records: PidRecord[] = [];
  for (const entry of readdirSync(ensureDir(dir))) {
    if (!entry.endsWith('.pid')) continue;
    const name = entry.slice(0, -'.pid'.length);
    const record = readPidFile(dir, name);
    if (record !== undefined && isAlive(record)) records.push(record);
    else removePidFile(dir, name);
  }
  return records;
};

/**
 * Takes a name for this process, so that only one of it runs.
 * @returns the living holder when there is one, else `undefined` and the name is ours.
 */
export const claimPidFile = (dir: string, name: string): PidRecord | undefined => {
  const self = identify(process.pid);
  if (self === undefined) throw new Error('this process cannot identify itself');
  const file = fileOf(ensureDir(dir), name);
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(self));
  try {
    for (;;) {
      try {
        // link() fails when the name is taken, so two claims at once have one winner.
        linkSync(draft, file);
        return undefined;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = readPidFile(dir, name);
      if (holder !== undefined && isAlive(holder)) return holder;
      rmSync(file, { force: true });
    }
  } finally {
    rmSync(draft, { force: true });
  }
};

import { accessSync, constants, readFileSync, statfsSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { ensureDir, localDir } from '../paths.ts';
import { megabytes } from '../say.ts';
import { care, good, stop, type Finding } from './finding.ts';

const NODE_MAJOR_MIN = 24;
const MB = 1024 * 1024;

export const nodeVersion = (version: string): Finding =>
  Number(version.split('.')[0]) >= NODE_MAJOR_MIN
    ? good(`Node ${version}`)
    : stop(
        `Node ${version} is too old`,
        'run through ./make.sh, which brings Node 24 into .local/toolchain',
      );

/** Stores, logs and the compile cache need room; a full disk stops MySQL in the middle of a commit. */
export const diskSpace = (freeBytes: number): Finding => {
  const what = `${megabytes(freeBytes)} free on the disk of ${localDir}`;
  if (freeBytes < 512 * MB)
    return stop(
      what,
      'free at least 2 GB: ./make.sh down, then delete .local/log and .local/cache',
    );
  return freeBytes < 2048 * MB ? care(what, 'free some: a day of logs may fill it') : good(what);
};

/** Stores and the suite take about 1 GB together, `--single` about 700 MB. */
export const memory = (availableBytes: number): Finding => {
  const what = `${megabytes(availableBytes)} of memory available`;
  if (availableBytes < 600 * MB)
    return stop(what, 'end other programs; ./make.sh up --single needs least');
  return availableBytes < 1200 * MB ? care(what, './make.sh up --single needs less') : good(what);
};

/** MemAvailable counts what the page cache can give back; Node's freemem() does not everywhere. */
const availableMemory = (): number => {
  try {
    const match = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'));
    return match === null ? freemem() : Number(match[1]) * 1024;
  } catch {
    return Math.min(freemem(), totalmem());
  }
};

/** Every client, every store connection and every log is a file to the kernel. */
export const openFiles = (limitsText: string): Finding => {
  const limit = /^Max open files\s+(\d+|unlimited)/m.exec(limitsText)?.[1];
  if (limit === undefined || limit === 'unlimited') return good('no limit of open files');
  const what = `${limit} open files per process`;
  if (Number(limit) < 1024) return stop(what, 'raise it: ulimit -n 65536');
  return Number(limit) < 4096
    ? care(what, 'enough for development; for load raise it: ulimit -n 65536')
    : good(what);
};

const limitsOfThisProcess = (): string => {
  try {
    return readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return '';
  }
};

const writable = (): Finding => {
  try {
    accessSync(ensureDir(localDir), constants.W_OK);
    return good(`${localDir} is writable`);
  } catch {
    return stop(`${localDir} is not writable`, 'give it to the user who runs ./make.sh (chown -R)');
  }
};

export const examineMachine = (): readonly Finding[] => {
  const disk = statfsSync(ensureDir(localDir));
  return [
    nodeVersion(process.versions.node),
    writable(),
    diskSpace(disk.bavail * disk.bsize),
    memory(availableMemory()),
    openFiles(limitsOfThisProcess()),
  ];
};

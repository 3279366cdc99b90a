import { existsSync, mkdirSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { repositoryRoot } from './repository.ts';

export const root = repositoryRoot;

/** Everything that is made on this machine and may be deleted; `LOCAL_DIR` gives a second suite its own. */
export const localDir = resolve(process.env['LOCAL_DIR'] ?? join(root, '.local'));

export const runDir = join(localDir, 'run');
export const logDir = join(localDir, 'log');
export const dataDir = join(localDir, 'data');
export const cacheDir = join(localDir, 'cache');
export const secretsFile = join(localDir, '.env');

/** Makes a folder and its parents; returns it. */
export const ensureDir = (path: string): string => {
  mkdirSync(path, { recursive: true });
  return path;
};

/** The kernel refuses longer paths for unix sockets (`sun_path` has 108 bytes). */
const SOCKET_PATH_MAX = 100;

/** Where a unix socket for this data folder can live: in it, or under the system's temp folder when its path is too long. */
export const socketPath = (folder: string, file: string): string => {
  const inside = join(folder, file);
  if (Buffer.byteLength(inside) <= SOCKET_PATH_MAX) return inside;
  const short = createHash('sha256').update(inside).digest('hex').slice(0, 16);
  return join(tmpdir(), `mall-${short}.sock`);
};

/** Searches the PATH and the folders where distributions hide servers from ordinary users. */
export const findBinary = (...names: readonly string[]): string | undefined => {
  const folders = [
    ...(process.env['PATH'] ?? '').split(':'),
    '/usr/sbin',
    '/usr/local/sbin',
    '/usr/local/bin',
    '/opt/homebrew/bin',
  ];
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name);
      if (folder !== '' && existsSync(path)) return path;
    }
  }
  return undefined;
};

/** All parents of a path, nearest first, the root of the file system last. */
export const parentsOf = (path: string): string[] => {
  const parent = dirname(path);
  return parent === path ? [] : [parent, ...parentsOf(parent)];
};

import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sha256Hex } from '@app/kernel';
import type { Migration, MigrationProvider } from 'kysely/migration';

const NAME = /^\d{8}T\d{4}_[a-z0-9_]+$/;

/** A migration on disk. The name has no extension: `.ts` in development and `.js` in production agree. */
export interface MigrationFile {
  readonly name: string;
  readonly path: string;
}

/** Where this package's own migrations are: beside `src` in development, inside `dist` in production. */
export const coreMigrationsDir = (): string =>
  join(
    import.meta.dirname,
    import.meta.filename.endsWith('.ts') ? '../../migrations' : '../migrations',
  );

const isMigrationFile = (fileName: string): boolean =>
  (fileName.endsWith('.ts') && !fileName.endsWith('.d.ts')) || fileName.endsWith('.js');

/**
 * The migrations of a folder in their order. Throws when the folder is missing or a file is not
 * named `<UTC yyyymmddThhmm>_<verb>_<object>`.
 */
export const listMigrations = async (dir: string): Promise<readonly MigrationFile[]> => {
  const entries = await readdir(dir).catch((cause: unknown) => {
    throw new Error(`there is no folder of migrations at ${dir}`, { cause });
  });
  const files = entries.filter(isMigrationFile).map((fileName) => ({
    name: fileName.slice(0, -3),
    path: join(dir, fileName),
  }));
  for (const { name, path } of files) {
    if (!NAME.test(name)) {
      throw new Error(`${path} is not named like a migration: <yyyymmddThhmm>_<verb>_<object>.ts`);
    }
  }
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
};

/** Gives Kysely the migrations of a folder; a file without `up` is an error, not ignored. */
export const createProvider = (files: readonly MigrationFile[]): MigrationProvider => ({
  async getMigrations() {
    const migrations: Record<string, Migration> = {};
    for (const { name, path } of files) {
      const module = (await import(pathToFileURL(path).href)) as Partial<Migration>;
      if (typeof module.up !== 'function') throw new Error(`${path} exports no function "up"`);
      migrations[name] = module as Migration;
    }
    return migrations;
  },
});

/**
 * SHA-256 per migration (line ends normalised), to compare with what was released: a migration that
 * has been merged is never edited.
 */
export const migrationChecksums = async (
  dir: string,
): Promise<Readonly<Record<string, string>>> => {
  const checksums: Record<string, string> = {};
  for (const { name, path } of await listMigrations(dir)) {
    checksums[name] = sha256Hex((await readFile(path, 'utf8')).replaceAll('\r\n', '\n'));
  }
  return checksums;
};

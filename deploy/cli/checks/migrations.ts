import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';

/** Path of a migration → SHA-256 of its text, as released. */
export type MigrationLock = Readonly<Record<string, string>>;

const NAME = /^\d{8}T\d{4}_[a-z0-9]+(_[a-z0-9]+)*\.ts$/;
const DDL =
  /\b(create|alter|drop|rename|truncate)\s+(table|index|unique|view|schema|database)\b|schema\s*\.\s*(createTable|alterTable|dropTable|createIndex|dropIndex)\b/gi;

const folders = (root: string): readonly string[] =>
  ['packages', 'services'].flatMap((top) =>
    readdirSync(join(root, top))
      .map((name) => `${top}/${name}/migrations`)
      .filter((folder) => existsSync(join(root, folder))),
  );

export const lockMigrations = (root: string): MigrationLock =>
  Object.fromEntries(
    folders(root)
      .flatMap((folder) => readdirSync(join(root, folder)).map((file) => `${folder}/${file}`))
      .filter((path) => path.endsWith('.ts'))
      .sort()
      .map((path) => [
        path,
        createHash('sha256')
          .update(readFileSync(join(root, path)))
          .digest('hex'),
      ]),
  );

/** The statements of `up` only: `down` is for development and may undo several things. */
const upOf = (text: string): string =>
  text.split(/export (?:const|async function|function) down\b/)[0] ?? '';

export const findMigrationProblems = (root: string, released: MigrationLock): readonly string[] => {
  const current = lockMigrations(root);
  const problems: string[] = [];
  for (const [path, hash] of Object.entries(released)) {
    if (current[path] === undefined) problems.push(`${path}: a released migration was removed`);
    else if (current[path] !== hash) {
      problems.push(`${path}: a released migration was edited; write a new one instead`);
    }
  }
  for (const path of Object.keys(current)) {
    const file = path.slice(path.lastIndexOf('/') + 1);
    const text = readFileSync(join(root, path), 'utf8');
    if (!NAME.test(file))
      problems.push(`${path}: the name must be <yyyymmddThhmm>_<verb>_<object>.ts`);
    if (/from '\.|from '@app\//.test(text)) {
      problems.push(`${path}: a migration is frozen in time and imports nothing of ours`);
    }
    const statements = upOf(text).match(DDL) ?? [];
    if (statements.length > 1) {
      problems.push(
        `${path}: ${statements.length} DDL statements; MySQL commits each at once, so one per file`,
      );
    }
  }
  return problems;
};

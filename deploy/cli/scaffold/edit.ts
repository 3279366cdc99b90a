import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CommandError } from '../say.ts';

/** Writes new files; refuses to overwrite one, before writing any. */
export const writeNew = (
  root: string,
  files: Readonly<Record<string, string>>,
): readonly string[] => {
  for (const path of Object.keys(files)) {
    if (existsSync(join(root, path))) throw new CommandError(`${path} exists already`);
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return Object.keys(files);
};

/** Changes one file; `change` gets its text and must change it. */
export const editFile = (root: string, path: string, change: (text: string) => string): string => {
  const file = join(root, path);
  if (!existsSync(file)) throw new CommandError(`${path} is missing`);
  const before = readFileSync(file, 'utf8');
  const after = change(before);
  if (after === before)
    throw new CommandError(`${path} does not have the place to insert at; add it by hand`);
  writeFileSync(file, after);
  return path;
};

/** Inserts `line` right after the first occurrence of `anchor`. */
export const insertAfter =
  (anchor: string, line: string) =>
  (text: string): string => {
    const at = text.indexOf(anchor);
    return at < 0
      ? text
      : text.slice(0, at + anchor.length) + line + text.slice(at + anchor.length);
  };

/** Inserts `line` right before the last occurrence of `anchor`. */
export const insertBeforeLast =
  (anchor: string, line: string) =>
  (text: string): string => {
    const at = text.lastIndexOf(anchor);
    return at < 0 ? text : text.slice(0, at) + line + text.slice(at);
  };

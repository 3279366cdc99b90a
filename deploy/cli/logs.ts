import {
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  openSync,
  readSync,
  closeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readWords } from './options.ts';
import { ensureDir, logDir } from './paths.ts';
import { CommandError, dim, say } from './say.ts';

const LINES = 40;
const POLL_MS = 200;

const knownLogs = (): string[] =>
  readdirSync(ensureDir(logDir))
    .filter((file) => file.endsWith('.log'))
    .map((file) => file.slice(0, -'.log'.length));

interface Tail {
  readonly name: string;
  readonly file: string;
  offset: number;
  rest: string;
}

/** What was appended since the last look; a file that shrank was started anew. */
const readNew = (tail: Tail): string[] => {
  const size = existsSync(tail.file) ? statSync(tail.file).size : 0;
  if (size < tail.offset) tail.offset = 0;
  if (size === tail.offset) return [];
  const buffer = Buffer.alloc(Math.min(size - tail.offset, 1024 * 1024));
  const handle = openSync(tail.file, 'r');
  const length = readSync(handle, buffer, 0, buffer.length, tail.offset);
  closeSync(handle);
  tail.offset += length;
  const lines = (tail.rest + buffer.toString('utf8', 0, length)).split('\n');
  tail.rest = lines.pop() ?? '';
  return lines;
};

/** `logs [service…] [-f]`: the end of the logs; with `-f` also what comes. */
export const logs = async (args: readonly string[]): Promise<void> => {
  const { on, names } = readWords(args, { follow: { short: 'f' } });
  const known = knownLogs();
  const wanted = names.length === 0 ? known : names;
  for (const name of wanted) {
    if (!known.includes(name))
      throw new CommandError(
        `there is no log of "${name}". There are: ${known.join(', ') || 'none yet'}`,
      );
  }
  const label = (name: string): string => (wanted.length === 1 ? '' : dim(`${name.padEnd(12)} `));
  const tails = wanted.map((name): Tail => {
    const file = join(logDir, `${name}.log`);
    const text = readFileSync(file, 'utf8');
    for (const line of text.trimEnd().split('\n').slice(-LINES)) say(label(name) + line);
    return { name, file, offset: Buffer.byteLength(text), rest: '' };
  });
  while (on.follow) {
    for (const tail of tails) for (const line of readNew(tail)) say(label(tail.name) + line);
    await pause(POLL_MS);
  }
};

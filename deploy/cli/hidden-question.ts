import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CommandError } from './say.ts';

/** Asks on the terminal without showing what is typed. */
export const askHidden = async (question: string): Promise<string> => {
  if (!process.stdin.isTTY)
    throw new CommandError('there is no terminal to ask for the password; set ADMIN_PASSWORD.');
  process.stderr.write(question);
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  const interrupted = new Promise<never>((_resolve, reject) => {
    lines.once('SIGINT', () => {
      reject(new CommandError('nothing was changed', 130));
    });
  });
  try {
    return await Promise.race([lines.question(''), interrupted]);
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
};

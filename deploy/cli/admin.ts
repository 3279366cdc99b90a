import type { AdminView } from '@app/contracts';
import { givenEnv } from './env.ts';
import { askHidden } from './hidden-question.ts';
import { createOperator, type Operator } from './operator.ts';
import { CommandError, dim, green, say, table } from './say.ts';

const usage = 'usage: ./make.sh admin create <username> | reset-password <username> | list';

/** From `ADMIN_PASSWORD`, else asked for twice; never a word of the command line, which others can see. */
const readPassword = async (): Promise<string> => {
  const given = givenEnv()['ADMIN_PASSWORD'];
  if (given !== undefined) return given;
  const password = await askHidden('Password: ');
  if ((await askHidden('Once more: ')) !== password)
    throw new CommandError('the two passwords differ; nothing was changed');
  return password;
};

const create = async (operator: Operator, username: string): Promise<void> => {
  const password = await readPassword();
  await operator.ask('POST', '/internal/v1/admins', { username, password });
  say(
    `${green('✔')} ${username} may sign in: POST /admin/v1/auth/login ${dim('{"username","password"}')}`,
  );
};

const reset = async (operator: Operator, username: string): Promise<void> => {
  const password = await readPassword();
  const path = `/internal/v1/admins/${encodeURIComponent(username)}/password`;
  await operator.ask('POST', path, { password });
  say(`${green('✔')} ${username} has a new password; the session, if there was one, has ended`);
};

interface Page {
  readonly items: readonly AdminView[];
  readonly nextCursor: string | null;
}

const list = async (operator: Operator): Promise<void> => {
  const rows: (readonly string[])[] = [['username', 'status', 'roles', 'since']];
  let after = '';
  do {
    const path = `/internal/v1/admins?limit=100${after}`;
    const page = await operator.ask<Page>('GET', path);
    for (const { username, status, roles, createdAt } of page.items)
      rows.push([username, status, roles.map(({ name }) => name).join(', '), createdAt]);
    after = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
  } while (after !== '');
  say(rows.length === 1 ? 'There is no admin yet: ./make.sh admin create <username>' : table(rows));
};

/** `admin create|reset-password <username>`, `admin list`: admins of the running suite. */
export const admin = async ([what, username, ...rest]: readonly string[]): Promise<void> => {
  if (what === 'list' && username === undefined) {
    await list(createOperator());
    return;
  }
  const work = { create, 'reset-password': reset }[what ?? ''];
  if (work === undefined || username === undefined || rest.length > 0)
    throw new CommandError(usage, 2);
  await work(createOperator(), username);
};

import { parseArgs } from 'node:util';
import { CommandError } from './say.ts';

/** Splits the words after a command into switches and names; an unknown switch is an error, not a guess. */
export const readWords = <const Switch extends string>(
  args: readonly string[],
  switches: Readonly<Record<Switch, { readonly short?: string }>>,
): { readonly on: Readonly<Record<Switch, boolean>>; readonly names: readonly string[] } => {
  const entries = Object.entries(switches) as [Switch, { readonly short?: string }][];
  const options = Object.fromEntries(
    entries.map(([name, { short }]) => [
      name,
      { type: 'boolean' as const, ...(short === undefined ? {} : { short }) },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const on = Object.fromEntries(entries.map(([name]) => [name, values[name] === true]));
    return { on: on as Record<Switch, boolean>, names: positionals };
  } catch (error) {
    throw new CommandError(error instanceof Error ? error.message : String(error));
  }
};

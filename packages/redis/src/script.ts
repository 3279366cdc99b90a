import type { Redis } from 'ioredis';
import { inRedisSpan } from './traced-client.ts';

export interface Script {
  /** kebab-case, unique in the process; names the span. */
  readonly name: string;
  /** How many keys it takes, known before it runs: all it touches, in one hash slot. */
  readonly keys: number;
  readonly lua: string;
}

export type RunScript = (
  keys: readonly string[],
  args: readonly (string | number)[],
) => Promise<unknown>;

const HEADER_LABELS = ['KEYS', 'ARGV', 'Returns', 'Replay'] as const;

/**
 * Declares a Lua script. Throws when its header comment does not say what KEYS and ARGV are, what it
 * Returns and what a Replay does: whoever reads a script at night needs exactly these four.
 */
export const defineScript = (script: Script): Script => {
  const lua = script.lua.trim();
  const header = lua.split('\n').findIndex((line) => !line.startsWith('--'));
  const comment = lua.split('\n').slice(0, Math.max(header, 0)).join('\n');
  for (const label of HEADER_LABELS) {
    if (!comment.includes(label)) {
      throw new TypeError(`script ${script.name}: its header comment must explain "${label}"`);
    }
  }
  if (!/^[a-z][a-z0-9-]*$/.test(script.name)) {
    throw new TypeError(`script name ${JSON.stringify(script.name)} must be kebab-case`);
  }
  return Object.freeze({ ...script, lua });
};

/**
 * Binds scripts to a connection. They run by their digest and are sent in full only to a server that
 * does not know them yet (first use, restart, SCRIPT FLUSH).
 */
export const loadScripts = <Scripts extends Readonly<Record<string, Script>>>(
  redis: { readonly client: Redis },
  scripts: Scripts,
): { readonly [K in keyof Scripts]: RunScript } => {
  const bind = (script: Script): RunScript => {
    const command = `app-${script.name}`;
    redis.client.defineCommand(command, { numberOfKeys: script.keys, lua: script.lua });
    const commands = redis.client as unknown as Record<
      string,
      (...args: unknown[]) => Promise<unknown>
    >;
    return async (keys, args) => {
      if (keys.length !== script.keys) {
        throw new TypeError(`script ${script.name} takes ${script.keys} keys, got ${keys.length}`);
      }
      return inRedisSpan(script.name, async () => commands[command]?.(...keys, ...args));
    };
  };
  return Object.fromEntries(
    Object.entries(scripts).map(([key, script]) => [key, bind(script)]),
  ) as { [K in keyof Scripts]: RunScript };
};

import type { PushFields } from '../../domain/push-message.ts';

type Reviver = (
  this: unknown,
  key: string,
  value: unknown,
  context: { source?: string },
) => unknown;

/** A number of 19 digits is no double: the text is kept as it stood. */
const numbersAsText: Reviver = (_key, value, { source }) =>
  typeof value === 'number' ? (source ?? String(value)) : value;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Level by level, so that depth costs no stack; `__proto__` would vanish when fields are copied. */
const isTame = (root: object, depthMax: number): boolean => {
  let level: readonly object[] = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth >= depthMax || level.some((one) => Object.hasOwn(one, '__proto__'))) return false;
    level = level.flatMap((one) => Object.values(one).filter(isObject));
  }
  return true;
};

/** Brackets, also those inside of texts: enough to keep the reviver off the end of the stack. */
const NESTING = /[[{]/g;
const BRACKETS_MAX = 2000;

/** The fields of one JSON object; `undefined` for everything else. */
export const readJson = (text: string, depthMax: number): PushFields | undefined => {
  if ((text.match(NESTING)?.length ?? 0) > BRACKETS_MAX) return undefined;
  try {
    const value = (JSON.parse as (text: string, reviver: Reviver) => unknown)(text, numbersAsText);
    if (!isObject(value) || Array.isArray(value) || !isTame(value, depthMax)) return undefined;
    return value as PushFields;
  } catch {
    return undefined;
  }
};

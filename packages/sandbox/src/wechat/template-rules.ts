/**
 * The value limits of template fields as the vendor lists them (reference 7), by the prefix of the
 * key. Lengths are counted in code points; how the vendor counts emoji is not known.
 */
const DATE =
  '\\d{4}(年\\d{1,2}月\\d{1,2}日|-\\d{1,2}-\\d{1,2}|/\\d{1,2}/\\d{1,2}|\\.\\d{1,2}\\.\\d{1,2})';
const CLOCK = '([01]?\\d|2[0-3]):[0-5]\\d(:[0-5]\\d)?';

const inRange = (point: string): RegExp => new RegExp(`^${point}(\\s*~\\s*${point})?$`);

const count = (value: string): number => Array.from(value).length;
const hasHan = (value: string): boolean => /\p{Script=Han}/u.test(value);

const rules: Readonly<Record<string, (value: string) => boolean>> = {
  thing: (value) => count(value) <= 20,
  number: (value) => /^-?[\d.]+$/.test(value) && !Number.isNaN(Number(value)) && count(value) <= 33,
  letter: (value) => /^[a-z]{1,32}$/i.test(value),
  symbol: (value) => /^[^\p{L}\p{N}\s]+$/u.test(value) && count(value) <= 5,
  character_string: (value) => !/[^\x20-\x7e]/.test(value) && count(value) <= 32,
  time: (value) => inRange(`(${DATE}\\s?)?${CLOCK}`).test(value),
  date: (value) => inRange(`${DATE}(\\s?${CLOCK})?`).test(value),
  amount: (value) => /^\p{Sc}?\d{1,10}(\.\d+)?元?$/u.test(value),
  phone_number: (value) => /^[^\p{L}\p{Script=Han}]{1,17}$/u.test(value),
  car_number: (value) =>
    /^[\p{Script=Han}a-z\d][a-z\d]*\p{Script=Han}?$/iu.test(value) && count(value) <= 8,
  name: (value) => !/\d/.test(value) && count(value) <= (hasHan(value) ? 10 : 20),
  phrase: (value) => /^\p{Script=Han}{1,5}$/u.test(value),
};

/** Whether this is the key of a template field at all: a prefix and a number. */
export const isTemplateKey = (key: string): boolean => {
  const prefix = /^([a-z_]+)\d+$/.exec(key)?.[1];
  return prefix !== undefined && (prefix === 'enum' || Object.hasOwn(rules, prefix));
};

/** Whether the value keeps the rules of its key; `options` are those of an `enum`. */
export const keepsRules = (key: string, value: string, options?: readonly string[]): boolean => {
  if (value.trim() === '' || /[\r\n]/.test(value)) return false;
  const prefix = key.replace(/\d+$/, '');
  if (prefix === 'enum') return options === undefined || options.includes(value);
  return rules[prefix]?.(value) ?? false;
};

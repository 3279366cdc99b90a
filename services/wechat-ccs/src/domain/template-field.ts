import { cut, lengthOf, onOneLine } from './fit-text.ts';

/** What became of one value of a message: the text to send, or the rule that it breaks. */
export type FittedField =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly rule: string };

type Fit = (text: string) => FittedField;

const fits = (text: string): FittedField => ({ ok: true, text });
const breaks = (rule: string): FittedField => ({ ok: false, rule });

const DATE = String.raw`\d{4}(?:年(?:0?[1-9]|1[0-2])月(?:0?[1-9]|[12]\d|3[01])日|([-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01]))`;
const CLOCK = String.raw`(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?`;
const TIME_POINT = new RegExp(`^(?:${DATE} ?)?${CLOCK}$`);
const DATE_POINT = new RegExp(`^${DATE}(?: ?${CLOCK})?$`);

const matching =
  (pattern: RegExp, rule: string): Fit =>
  (text) =>
    pattern.test(text) ? fits(text) : breaks(rule);

/** One point in time, or two with `~` between them. */
const range =
  (point: RegExp, rule: string): Fit =>
  (text) => {
    const points = text.split('~').map((part) => part.trim());
    return points.length <= 2 && points.every((part) => point.test(part))
      ? fits(text)
      : breaks(rule);
  };

/** Text that loses its end when it is too long; `mark` must be made of what the type allows. */
const shortened =
  (max: number, mark: string, allowed: RegExp, rule: string): Fit =>
  (text) =>
    allowed.test(text) ? fits(cut(text, max, mark)) : breaks(rule);

const HAN = /\p{Script=Han}/u;
const NAME = /^[\p{Script=Han}\p{L}\p{P}\p{S} ]+$/u;
const NAME_MAX = { chinese: 10, other: 20 };

const name: Fit = (text) => {
  const max = HAN.test(text) ? NAME_MAX.chinese : NAME_MAX.other;
  return shortened(max, '…', NAME, 'letters, Chinese or symbols, no digits')(text);
};

const DIGITS_MAX = 32;
const AMOUNT_DIGITS_MAX = 10;

const digitsIn = (text: string): number => text.replaceAll(/\D/g, '').length;

const number: Fit = (text) =>
  /^-?\d+(?:\.\d+)?$/.test(text) && digitsIn(text) <= DIGITS_MAX
    ? fits(text)
    : breaks('a number of at most 32 digits');

const amount: Fit = (text) =>
  /^\p{Sc}?\d+(?:\.\d+)?元?$/u.test(text) && digitsIn(text) <= AMOUNT_DIGITS_MAX
    ? fits(text)
    : breaks('an amount of at most 10 digits, with one currency sign before it or 元 after it');

/**
 * The kinds of template fields (reference, section 7). A mark of omission stands where the kind
 * allows such a character; what would say something else when cut (a date, an amount, a plate) is
 * refused instead.
 */
const kinds = {
  thing: (text) => fits(cut(text, 20, '…')),
  number,
  letter: shortened(32, '', /^[A-Za-z]+$/, 'letters only'),
  symbol: shortened(5, '', /^[\p{P}\p{S}]+$/u, 'symbols only'),
  character_string: shortened(32, '...', /^[\x20-\x7e]+$/, 'digits, letters and symbols of ASCII'),
  time: range(TIME_POINT, 'a time (15:01), a date before it if need be, or two joined by ~'),
  date: range(DATE_POINT, 'a date (2019年10月1日), a time after it if need be, or two joined by ~'),
  amount,
  phone_number: matching(/^[\d+*()\- ]{1,17}$/, 'at most 17 digits and symbols'),
  car_number: matching(
    /^(?=.{1,8}$)[\p{Script=Han}A-Z0-9][A-Z0-9]*\p{Script=Han}?$/iu,
    'at most 8 letters and digits, Chinese first or last',
  ),
  name,
  phrase: shortened(5, '', /^\p{Script=Han}+$/u, 'Chinese characters only'),
  // Which values there are only the template knows: WeChat decides.
  enum: fits,
} as const satisfies Readonly<Record<string, Fit>>;

const isKind = (text: string): text is keyof typeof kinds => Object.hasOwn(kinds, text);

/** `thing1` → its kind; `undefined` for what is no key of a template. */
const kindOf = (key: string): keyof typeof kinds | undefined => {
  const kind = /^([a-z_]+)\d{1,3}$/.exec(key)?.[1];
  return kind !== undefined && isKind(kind) ? kind : undefined;
};

/** What to send for this key of a template, or why nothing can be sent. */
export const fitField = (key: string, value: string): FittedField => {
  const kind = kindOf(key);
  if (kind === undefined) return breaks('a kind of template field and its number (thing1)');
  const text = onOneLine(value);
  return lengthOf(text) === 0 ? breaks('not empty') : kinds[kind](text);
};

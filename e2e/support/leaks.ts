/** Something that must stay where it belongs. */
export interface Secret {
  /** What it is: `WXMP_APPSECRET`, `session_key` … */
  readonly kind: string;
  readonly value: string;
}

/** A text in which no secret may stand, but of the kinds it is there to tell. */
export interface Output {
  /** For people: `log of auth`, `answer to GET /x`. */
  readonly where: string;
  readonly text: string;
  readonly allowed?: readonly string[];
}

export interface Leak {
  readonly where: string;
  readonly kind: string;
  /** What stands before it, for finding the place; not the secret. */
  readonly after: string;
}

/** So many characters of a secret in a row are a leak; by chance no text has them. */
const WINDOW = 16;
/** A secret shorter than this would be found in texts that know nothing of it. */
const LENGTH_MIN = 8;
const CONTEXT = 60;

/** Where a secret of this size may stand: letters, digits and the signs of base64 and JWTs. */
const RUNS = /[A-Za-z0-9_.+/=-]{16,}/g;

/** The same bytes in base64, wherever in a longer text they begin. */
const inBase64 = (value: string): readonly string[] =>
  (['base64', 'base64url'] as const).flatMap((encoding) =>
    [0, 1, 2].map((shift) =>
      Buffer.concat([Buffer.alloc(shift), Buffer.from(value)])
        .toString(encoding)
        // The edges depend on what stands beside it.
        .slice(shift === 0 ? 0 : 4, -4),
    ),
  );

const windowsOf = (text: string): readonly string[] =>
  Array.from({ length: Math.max(0, text.length - WINDOW + 1) }, (_, at) =>
    text.slice(at, at + WINDOW),
  );

/** What URLs and JSON do to the signs of base64, undone. */
const unescaped = (text: string): string =>
  /%|\\\/|\\u00/.test(text)
    ? text
        .replaceAll(/%2b|\\u002b/gi, '+')
        .replaceAll(/%2f|\\u002f|\\\//gi, '/')
        .replaceAll(/%3d|\\u003d/gi, '=')
    : text;

/** Finds secrets, whole or in part, as they are, in base64, or escaped; each kind once per output. */
export const findLeaks = (
  outputs: readonly Output[],
  secrets: readonly Secret[],
): readonly Leak[] => {
  const kinds = new Map<string, string>();
  for (const { kind, value } of secrets)
    for (const form of [value, ...inBase64(value)])
      for (const window of windowsOf(form)) kinds.set(window, kind);
  const short = secrets.filter(({ value }) => value.length < WINDOW && value.length >= LENGTH_MIN);
  return outputs.flatMap((output) => leaksIn(output, kinds, short));
};

const leaksIn = (
  { where, text: raw, allowed = [] }: Output,
  kinds: ReadonlyMap<string, string>,
  short: readonly Secret[],
): readonly Leak[] => {
  const text = unescaped(raw);
  const found = new Map<string, Leak>();
  const add = (kind: string, at: number): void => {
    if (allowed.includes(kind) || found.has(kind)) return;
    found.set(kind, { where, kind, after: text.slice(Math.max(0, at - CONTEXT), at) });
  };
  for (const { kind, value } of short) {
    const at = text.indexOf(value);
    if (at !== -1) add(kind, at);
  }
  for (const { 0: run, index } of text.matchAll(RUNS))
    for (let at = 0; at + WINDOW <= run.length; at += 1) {
      const kind = kinds.get(run.slice(at, at + WINDOW));
      if (kind !== undefined) add(kind, index + at);
    }
  return [...found.values()];
};

export const describeLeaks = (leaks: readonly Leak[]): string =>
  leaks.map(({ where, kind, after }) => `${kind} in ${where}, after: …${after}`).join('\n');

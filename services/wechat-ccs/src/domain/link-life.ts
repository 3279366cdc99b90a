const DAY_MS = 86_400_000;

/** Reference, 6: more than a minute, at most 30 days, else 85401. */
export const LIFE_MIN_MS = 60_000;
export const LIFE_MAX_DAYS = 30;

/** How long a link opens the mini program, in the two ways WeChat takes. */
export type LinkLife =
  | { readonly kind: 'until'; readonly atSeconds: number }
  | { readonly kind: 'days'; readonly days: number };

export type PlannedLife =
  | { readonly kind: 'planned'; readonly life: LinkLife }
  | {
      readonly kind: 'refused';
      readonly field: 'expiresAt' | 'expiresInDays';
      readonly why: string;
    };

const refused = (field: 'expiresAt' | 'expiresInDays', why: string): PlannedLife => ({
  kind: 'refused',
  field,
  why,
});

/** The longest life when nothing is said: a link without an end is none that WeChat gives. */
export const planLife = (
  wanted: { readonly expiresAtMs?: number | undefined; readonly days?: number | undefined },
  nowMs: number,
): PlannedLife => {
  const { expiresAtMs, days } = wanted;
  if (expiresAtMs === undefined) {
    return { kind: 'planned', life: { kind: 'days', days: days ?? LIFE_MAX_DAYS } };
  }
  if (days !== undefined)
    return refused('expiresInDays', 'cannot be given together with expiresAt');
  // WeChat counts in seconds: what is left after cutting must still be enough.
  const atSeconds = Math.floor(expiresAtMs / 1000);
  const lifeMs = atSeconds * 1000 - nowMs;
  if (!(lifeMs > LIFE_MIN_MS)) return refused('expiresAt', 'must be more than 1 minute from now');
  if (lifeMs > LIFE_MAX_DAYS * DAY_MS)
    return refused('expiresAt', 'must be at most 30 days from now');
  return { kind: 'planned', life: { kind: 'until', atSeconds } };
};

const TITLE_MAX = 20;

/**
 * WeChat cuts titles over 20 characters itself and puts … in place of the rest; cut here, no
 * surrogate pair is torn in two. Empty is none.
 */
export const shortenTitle = (title: string | undefined): string | undefined => {
  const characters = Array.from((title ?? '').trim().replaceAll(/\s+/g, ' '));
  if (characters.length === 0) return undefined;
  return characters.length <= TITLE_MAX
    ? characters.join('')
    : `${characters.slice(0, TITLE_MAX - 1).join('')}…`;
};

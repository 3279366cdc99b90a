import { tokenRules } from './access-token.ts';
import type { TokenKind } from './wechat-app.ts';

/** A token that another control fetched and holds. */
export interface ForeignToken {
  readonly text: string;
  readonly tokenKind: TokenKind;
  readonly expiresAtMs: number;
}

/** As we keep it. */
export interface ImportedToken {
  readonly text: string;
  readonly expiresAtMs: number;
  readonly fetchedAtMs: number;
}

export interface ImportProblem {
  readonly field: 'expiresAt' | 'tokenKind' | 'accessToken';
  readonly rule: 'too_short' | 'too_long' | 'other_kind' | 'refused';
  readonly message: string;
}

const LIFE_MAX_MS = 7_200_000;
/** Their clock may be a little ahead of ours. */
const SKEW_MS = 5_000;
/** With less it would be replaced at once, and the import were for nothing. */
const LIFE_MIN_MS = 120_000;
/** What keeps a foreign token from being taken over; the first of several. */
export const importProblem = (
  token: ForeignToken,
  tokenKind: TokenKind,
  nowMs: number,
): ImportProblem | undefined => {
  const leftMs = token.expiresAtMs - nowMs;
  if (leftMs < LIFE_MIN_MS) {
    const message = 'less than two minutes are left: wait for the next token';
    return { field: 'expiresAt', rule: 'too_short', message };
  }
  if (leftMs > LIFE_MAX_MS + SKEW_MS) {
    const message = 'no token lives longer than 7,200 s: compare the clocks';
    return { field: 'expiresAt', rule: 'too_long', message };
  }
  if (token.tokenKind !== tokenKind) {
    const message = `this app is set to ${tokenKind} tokens: change tokenKind of one of the two`;
    return { field: 'tokenKind', rule: 'other_kind', message };
  }
  return undefined;
};

export const refusedImport: ImportProblem = {
  field: 'accessToken',
  rule: 'refused',
  message: 'WeChat does not accept this token (any more)',
};

/** When it was fetched follows from its end: a token that is not young is not replaced by force. */
export const acceptForeign = (
  { text, tokenKind, expiresAtMs }: ForeignToken,
  nowMs: number,
): ImportedToken => ({
  text,
  expiresAtMs: expiresAtMs - tokenRules[tokenKind].expiryMarginMs,
  fetchedAtMs: Math.min(nowMs, expiresAtMs - LIFE_MAX_MS),
});

import { randomBytes } from 'node:crypto';
import { randomUrlSafe } from '../random.ts';
import { WechatError } from './errors.ts';

export type TokenKind = 'classic' | 'stable';

export interface TokenRecord {
  readonly token: string;
  readonly appid: string;
  readonly kind: TokenKind;
  readonly issuedAtMs: number;
  /** The natural end: issue + 7200 s. */
  readonly expiresAtMs: number;
  /** From here on it is refused: the natural end, the end of the overlap, or the forced refresh. */
  validUntilMs: number;
}

const LIFE_MS = 7_200_000;
/** How long an old token works beside its successor (reference 3.1: about five minutes). */
const OVERLAP_MS = 300_000;
/** Dead tokens are remembered so that they are refused with their own code; then no more. */
const REMEMBERED_PER_KIND = 1000;
/** Real tokens are 136 characters and more, and may grow to 512: the length varies on purpose. */
const LENGTH_MIN = 136;
const LENGTH_SPREAD = 377;
const WELL_FORMED = /^\d{2}_[A-Za-z0-9_-]{130,509}$/;

const newTokenText = (): string => {
  const length = LENGTH_MIN + (randomBytes(2).readUInt16BE() % LENGTH_SPREAD);
  return `${10 + (length % 90)}_${randomUrlSafe(length - 3)}`;
};

/** The tokens of all apps. Classic and stable ones do not touch each other. */
export interface TokenBook {
  /** Classic fetch: always a new token; the one before lives on for the overlap at most. */
  issueClassic(appid: string): TokenRecord;
  /** Stable fetch: the current token while it has five minutes left, else a new one. */
  currentStable(appid: string): TokenRecord & { readonly issued: boolean };
  /** Forced stable fetch, limits already checked: every older stable token is dead at once. */
  forceStable(appid: string): TokenRecord;
  latest(appid: string, kind: TokenKind): TokenRecord | undefined;
  /** Whose token this is; throws 41001, 40014, 42001 or 40001. */
  verify(token: string | undefined): TokenRecord;
  /** What is known of a token, also of one that is dead by now. */
  find(token: string): TokenRecord | undefined;
  clear(): void;
}

/** `note` is told every token that is issued. */
export const createTokenBook = (
  nowMs: () => number,
  note: (token: string) => void = () => undefined,
): TokenBook => {
  const byText = new Map<string, TokenRecord>();
  const histories = new Map<string, TokenRecord[]>();

  const historyOf = (appid: string, kind: TokenKind): TokenRecord[] => {
    const key = `${kind} ${appid}`;
    const present = histories.get(key) ?? [];
    histories.set(key, present);
    return present;
  };

  const issue = (appid: string, kind: TokenKind): TokenRecord => {
    const now = nowMs();
    const expiresAtMs = now + LIFE_MS;
    const record = {
      token: newTokenText(),
      appid,
      kind,
      issuedAtMs: now,
      expiresAtMs,
      validUntilMs: expiresAtMs,
    };
    byText.set(record.token, record);
    note(record.token);
    const history = historyOf(appid, kind);
    history.push(record);
    if (history.length > REMEMBERED_PER_KIND) {
      const forgotten = history.shift();
      if (forgotten !== undefined) byText.delete(forgotten.token);
    }
    return record;
  };

  const latest = (appid: string, kind: TokenKind): TokenRecord | undefined =>
    historyOf(appid, kind).at(-1);

  return {
    latest,
    issueClassic(appid) {
      const previous = latest(appid, 'classic');
      if (previous !== undefined) {
        previous.validUntilMs = Math.min(previous.validUntilMs, nowMs() + OVERLAP_MS);
      }
      return issue(appid, 'classic');
    },
    currentStable(appid) {
      const now = nowMs();
      const current = latest(appid, 'stable');
      if (current !== undefined && current.expiresAtMs - now >= OVERLAP_MS) {
        return { ...current, issued: false };
      }
      // A rotation in the last five minutes: both work for five minutes, also past the natural end.
      if (current !== undefined && now < current.validUntilMs)
        current.validUntilMs = now + OVERLAP_MS;
      return { ...issue(appid, 'stable'), issued: true };
    },
    forceStable(appid) {
      const now = nowMs();
      for (const record of historyOf(appid, 'stable')) {
        record.validUntilMs = Math.min(record.validUntilMs, now);
      }
      return issue(appid, 'stable');
    },
    verify(token) {
      if (token === undefined || token === '') throw new WechatError(41001);
      const record = byText.get(token);
      if (record === undefined) throw new WechatError(WELL_FORMED.test(token) ? 40001 : 40014);
      const now = nowMs();
      if (now < record.validUntilMs) return record;
      throw new WechatError(now >= record.expiresAtMs ? 42001 : 40001);
    },
    find: (token) => byText.get(token),
    clear() {
      byText.clear();
      histories.clear();
    },
  };
};

import type { RepeatOptions } from './repeat.ts';
import { ExchangeFailure } from './wechat-exchange.ts';

/** For calls that change nothing when they run again. */
export const whenHarmless: RepeatOptions = {
  attemptsMax: 3,
  baseMs: 100,
  capMs: 1000,
  // With the timeout of one try it stays below what callers of getAccessToken wait (5 s).
  budgetMs: 1500,
  isWorthIt: (error) => error instanceof ExchangeFailure && error.isWorthRepeating,
};

/** For calls that take effect with the first that arrives (a code is spent): only when none did. */
export const whenNotSent: RepeatOptions = {
  attemptsMax: 2,
  baseMs: 100,
  capMs: 300,
  budgetMs: 1000,
  isWorthIt: (error) => error instanceof ExchangeFailure && error.isNotSent,
};

import { assert } from './assert.ts';

/** Integer fen (1/100 yuan). Floating point never touches money. */
export type Fen = number;

export const isFen = (value: unknown): value is Fen =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** Adds amounts; throws when the sum leaves the safe integers instead of losing a fen silently. */
export const addFen = (...amounts: readonly Fen[]): Fen => {
  let sum = 0;
  for (const amount of amounts) {
    assert(isFen(amount), `not an amount in fen: ${amount}`);
    sum += amount;
    assert(Number.isSafeInteger(sum), 'sum of fen exceeds 2^53 - 1');
  }
  return sum;
};

/** Price times quantity, exact. */
export const timesFen = (priceFen: Fen, quantity: number): Fen => {
  assert(isFen(priceFen), `not an amount in fen: ${priceFen}`);
  assert(Number.isSafeInteger(quantity) && quantity >= 0, `not a quantity: ${quantity}`);
  const product = priceFen * quantity;
  assert(Number.isSafeInteger(product), 'product of fen exceeds 2^53 - 1');
  return product;
};

/**
 * Splits an amount by weights so that the parts add up to it exactly (largest remainder; ties go
 * to the earlier part, so the result is deterministic).
 */
export const splitFen = (totalFen: Fen, weights: readonly number[]): Fen[] => {
  assert(isFen(totalFen), `not an amount in fen: ${totalFen}`);
  assert(weights.length > 0, 'weights must not be empty');
  for (const weight of weights) {
    assert(Number.isSafeInteger(weight) && weight >= 0, `not a weight: ${weight}`);
  }
  const sum = weights.reduce((total, weight) => total + BigInt(weight), 0n);
  assert(sum > 0n, 'weights must not all be zero');
  const exact = weights.map((weight) => BigInt(totalFen) * BigInt(weight));
  const parts = exact.map((product) => Number(product / sum));
  const left = totalFen - parts.reduce((total, part) => total + part, 0);
  const byRemainder = exact
    .map((product, index) => ({ index, remainder: product % sum }))
    .sort((a, b) =>
      a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1,
    );
  for (const { index } of byRemainder.slice(0, left)) parts[index] = (parts[index] ?? 0) + 1;
  return parts;
};

/** `1234` → `"12.34"`, for people and for bills. */
export const fenToYuan = (amountFen: Fen): string => {
  assert(isFen(amountFen), `not an amount in fen: ${amountFen}`);
  return `${Math.floor(amountFen / 100)}.${String(amountFen % 100).padStart(2, '0')}`;
};

/** `"12.34"` → `1234`; throws on anything that is not yuan with at most two decimals. */
export const yuanToFen = (yuan: string): Fen => {
  const match = /^(\d{1,13})(?:\.(\d{1,2}))?$/.exec(yuan);
  assert(match !== null, `not an amount in yuan: ${yuan}`);
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
};

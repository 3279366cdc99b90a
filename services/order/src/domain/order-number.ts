import { sha256Hex } from '@app/kernel';

/** Crockford's base 32: no I, L, O, U to misread. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const BODY = 16;

const checkCharacter = (body: string): string => {
  let sum = 0;
  // Weights that are odd are units modulo 32: every single wrong character is noticed.
  for (const [index, character] of Array.from(body).entries())
    sum += ALPHABET.indexOf(character) * (2 * index + 1);
  return ALPHABET.charAt(sum % ALPHABET.length);
};

const numberFrom = (source: string): string => {
  const hex = sha256Hex(source);
  const body = Array.from({ length: BODY }, (_, index) =>
    ALPHABET.charAt(Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16) % ALPHABET.length),
  ).join('');
  return body + checkCharacter(body);
};

/**
 * 80 bits of a hash and a check character: tells neither when the order was placed nor how many
 * there are, and fits out_trade_no. The same operation gives the same number, so that a retry after
 * a crash reserves under it again; `turn` counts the numbers whose reservation had ended meanwhile.
 */
export const orderNumber = (operationId: string, turn: number): string =>
  numberFrom(`order:${operationId}:${turn}`);

export const refundNumber = (operationId: string): string =>
  `R${numberFrom(`refund:${operationId}`)}`;

/** The refund of everything an order that cannot be served was paid with: one per order. */
export const automaticRefundNumber = (orderNo: string, cause: 'stock' | 'late'): string =>
  `R${numberFrom(`${cause}:${orderNo}`)}`;

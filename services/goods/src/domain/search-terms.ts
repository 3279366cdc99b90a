import type { Goods } from './goods.ts';

/**
 * Search without a full-text parser, which MySQL and MariaDB do not share: text is cut into terms
 * that both the goods and the question are reduced to. Chinese (and kana, hangul) is cut into pairs
 * of characters, so that 保温杯 is found by 保温 and by 温杯; words of other letters are found by
 * their beginning.
 */
const IDEOGRAPHS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]+|[[\p{L}\p{N}]--[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]]+/gv;
const IS_IDEOGRAPH = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** Goods with more text than this are found by what comes first: title, names, attributes. */
const TERMS_MAX = 400;
/** A question is answered by its first terms; each one is a join. */
const QUERY_TERMS_MAX = 8;
const WORD_MAX = 32;
const PREFIX_MAX = 16;

const runsOf = (text: string): string[] =>
  text.normalize('NFKC').toLowerCase().match(IDEOGRAPHS) ?? [];

const pairsOf = (characters: readonly string[]): string[] =>
  characters.slice(1).map((character, index) => `${characters[index] ?? ''}${character}`);

const indexedTerms = (run: string): { readonly term: string; readonly isWhole: boolean }[] => {
  const characters = Array.from(run);
  if (IS_IDEOGRAPH.test(run)) {
    return [
      ...characters.map((term) => ({ term, isWhole: false })),
      ...pairsOf(characters).map((term) => ({ term, isWhole: true })),
    ];
  }
  const word = characters.slice(0, WORD_MAX).join('');
  const prefixes = characters
    .slice(0, Math.min(PREFIX_MAX, characters.length - 1))
    .map((_, index) => characters.slice(0, index + 1).join(''))
    .slice(1);
  return [...prefixes.map((term) => ({ term, isWhole: false })), { term: word, isWhole: true }];
};

const queryTerms = (run: string): string[] => {
  const characters = Array.from(run);
  if (!IS_IDEOGRAPH.test(run)) return [characters.slice(0, WORD_MAX).join('')];
  return characters.length === 1 ? characters : pairsOf(characters);
};

export const categoryTerm = (categoryId: string): string => `c:${categoryId}`;

/** Where a term stands decides how much it counts; a whole word or pair counts twice a part. */
const weights = { title: 8, name: 4, attribute: 2 } as const;

/** Term → weight for goods that are on sale. The more is one of the title the better the match. */
export const termsOf = (goods: Goods): ReadonlyMap<string, number> => {
  const terms = new Map<string, number>(goods.categoryPath.map((id) => [categoryTerm(id), 0]));
  const add = (text: string, weight: number): void => {
    for (const { term, isWhole } of runsOf(text).flatMap(indexedTerms)) {
      const key = `t:${term}`;
      const value = isWhole ? weight * 2 : weight;
      const known = terms.get(key);
      if (known === undefined ? terms.size < TERMS_MAX : known < value) terms.set(key, value);
    }
  };
  add(goods.title, weights.title);
  const onSale = goods.skus.filter((sku) => sku.isOnSale);
  for (const sku of onSale) add(sku.name, weights.name);
  for (const sku of onSale) {
    for (const value of Object.values(sku.attributes)) add(value, weights.attribute);
  }
  return terms;
};

/** All of these must occur. Empty: there is nothing in the keyword that could be found. */
export const termsOfKeyword = (keyword: string): readonly string[] =>
  [...new Set(runsOf(keyword).flatMap(queryTerms))]
    .slice(0, QUERY_TERMS_MAX)
    .map((term) => `t:${term}`);

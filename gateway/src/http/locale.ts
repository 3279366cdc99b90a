import type { Locale } from '../errors.ts';

const HEADER_LENGTH_MAX = 256;

/**
 * The language of messages: English when `Accept-Language` prefers it to Chinese, else Chinese.
 * Anything that cannot be read counts as not sent.
 */
export const readLocale = (header: string | undefined): Locale => {
  if (header === undefined || header.length > HEADER_LENGTH_MAX) return 'zh-CN';
  // Nearly every client names its first choice first and without a weight.
  if (header === 'zh-CN' || header.startsWith('zh-CN,')) return 'zh-CN';
  if (header === 'en' || header.startsWith('en,')) return 'en';
  let best: Locale = 'zh-CN';
  let bestWeight = 0;
  for (const part of header.split(',')) {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
    const language = tag.split('-')[0];
    const locale = language === 'en' ? 'en' : language === 'zh' ? 'zh-CN' : undefined;
    if (locale === undefined) continue;
    const weight = readWeight(parameters);
    if (weight > bestWeight) [best, bestWeight] = [locale, weight];
  }
  return best;
};

/** The `q` of one entry: 1 when it has none, 0 when it cannot be read. */
export const readWeight = (parameters: readonly string[]): number => {
  const q = parameters.map((parameter) => parameter.trim()).find((text) => text.startsWith('q='));
  if (q === undefined) return 1;
  const weight = Number(q.slice(2));
  return weight >= 0 && weight <= 1 ? weight : 0;
};

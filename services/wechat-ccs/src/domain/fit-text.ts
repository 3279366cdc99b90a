/**
 * Characters as WeChat's limits count them. How it counts those beyond the basic plane (emoji) is
 * not documented, so they count as the two UTF-16 units they are: what fits so, fits either way.
 */
export const lengthOf = (text: string): number => text.length;

const segmenter = new Intl.Segmenter('zh', { granularity: 'grapheme' });

/** As many whole characters as fit; an emoji, however it is put together, is never cut in half. */
const head = (text: string, max: number): string => {
  let end = 0;
  for (const { index, segment } of segmenter.segment(text)) {
    if (index + segment.length > max) break;
    end = index + segment.length;
  }
  return text.slice(0, end);
};

/** The text, cut to `max` characters; what was cut ends in `mark`, which counts. */
export const cut = (text: string, max: number, mark: string): string =>
  lengthOf(text) <= max ? text : `${head(text, max - lengthOf(mark)).trimEnd()}${mark}`;

/** On one line: breaks, tabs and control characters become one space, halves of characters a mark. */
export const onOneLine = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();

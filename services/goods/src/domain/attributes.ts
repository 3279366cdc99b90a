import type { Attributes } from '@app/contracts';
import { canonicalJson } from '@app/kernel';

const clean = (text: string): string => text.normalize('NFC').trim().replace(/\s+/g, ' ');

/** The same combination in one form: names and values without stray blanks, sorted by name. */
export const cleanAttributes = (attributes: Attributes): Attributes =>
  Object.fromEntries(
    Object.entries(attributes)
      .map(([name, value]) => [clean(name), clean(value)] as const)
      .sort(([left], [right]) => (left < right ? -1 : 1)),
  );

/** One text per combination; the database keeps one SKU of each. */
export const attributesKey = (attributes: Attributes): string =>
  canonicalJson(cleanAttributes(attributes));

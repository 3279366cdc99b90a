import type { IdentityKey } from '@app/contracts';

/** A person has many identities; each belongs to exactly one person. */
export type { IdentityKey } from '@app/contracts';

export const sameIdentity = (left: IdentityKey, right: IdentityKey): boolean =>
  identityText(left) === identityText(right);

/** One text per identity. Newlines cannot occur in any of the three parts. */
export const identityText = (key: IdentityKey): string =>
  `${key.provider}\n${key.realm}\n${key.subject}`;

/**
 * The keys in the one order in which rows are inserted, without repeats: two parallel sign-ins of
 * the same person then lock in the same order and cannot deadlock.
 */
export const inInsertOrder = (keys: readonly IdentityKey[]): readonly IdentityKey[] =>
  [...new Map(keys.map((key) => [identityText(key), key])).entries()]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, key]) => key);

/** The keys of `asked` that nobody owns yet. */
export const unknownKeys = (
  asked: readonly IdentityKey[],
  owned: readonly IdentityKey[],
): readonly IdentityKey[] => {
  const known = new Set(owned.map(identityText));
  return asked.filter((key) => !known.has(identityText(key)));
};

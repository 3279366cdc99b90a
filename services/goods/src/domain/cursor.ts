/** Where the next page begins: after these goods, in the order of the list. */
export interface Place {
  readonly id: string;
  /** How well they matched; only where a keyword decides the order. */
  readonly score?: number;
}

/** Readable by us only: clients must not build on its form. Pure, so without Node's Buffer. */
export const toCursor = ({ id, score }: Place): string =>
  btoa(score === undefined ? id : `${id}.${score}`).replace(/=+$/, '');

/** `undefined` for what is not a cursor of ours. */
export const fromCursor = (cursor: string): Place | undefined => {
  if (!/^[A-Za-z0-9+/]{1,64}$/.test(cursor) || cursor.length % 4 === 1) return undefined;
  const [, id, score] = /^([0-9A-HJKMNP-TV-Z]{26})(?:\.(\d{1,4}))?$/.exec(atob(cursor)) ?? [];
  if (id === undefined) return undefined;
  return score === undefined ? { id } : { id, score: Number(score) };
};

/** Readable by us only: clients must not build on its form. Pure, so without Node's Buffer. */
export const toCursor = (id: string): string => btoa(id).replace(/=+$/, '');

/** The id after which the next page begins; `undefined` for what is not a cursor of ours. */
export const fromCursor = (cursor: string): string | undefined => {
  if (!/^[A-Za-z0-9+/]{1,64}$/.test(cursor) || cursor.length % 4 === 1) return undefined;
  const id = atob(cursor);
  return /^[0-9A-HJKMNP-TV-Z]{26}$/.test(id) ? id : undefined;
};

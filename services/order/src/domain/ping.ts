/** The same word in another case or with spaces around it is the same word. */
export const normalizeName = (name: string): string => name.trim().toLowerCase();

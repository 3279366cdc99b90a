import { fieldInvalid } from '../../errors.ts';

/** Turns the errcodes that are about one param into a 400 that names it; the rest goes its usual way. */
export const refusingFields =
  (fields: Readonly<Record<number, readonly [field: string, why: string]>>) =>
  (errcode: number): undefined => {
    const entry = fields[errcode];
    if (entry === undefined) return undefined;
    throw fieldInvalid(entry[0], entry[1], errcode);
  };

import type { OneByOne } from '../../service.ts';

/**
 * Work under the same name runs one after another in this process. Signing in counts an attempt
 * before it judges it: without an order twenty parallel logins with the right password would look
 * like twenty guesses.
 */
export const createOneByOne = (): OneByOne => {
  const tails = new Map<string, Promise<unknown>>();
  return (name, work) => {
    const before = tails.get(name) ?? Promise.resolve();
    const result = before.then(work, work);
    const tail = result.catch(() => undefined);
    tails.set(name, tail);
    void tail.then(() => {
      if (tails.get(name) === tail) tails.delete(name);
    });
    return result;
  };
};

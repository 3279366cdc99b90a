/** A message on the bus may have 1 MiB; half of it leaves room for what stock adds and for the envelope. */
export const PAGE_BYTES_MAX = 512 * 1024;

/** How many of these fit on a page: at least one, so that the list always moves on. */
export const countThatFits = (sizes: readonly number[], bytesMax = PAGE_BYTES_MAX): number => {
  let sum = 0;
  const tooMany = sizes.findIndex((size, index) => {
    sum += size;
    return index > 0 && sum > bytesMax;
  });
  return tooMany === -1 ? sizes.length : tooMany;
};

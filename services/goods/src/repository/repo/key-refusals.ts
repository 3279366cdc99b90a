import { isDuplicateKey } from '@app/mysql';
import { goodsError } from '../../errors.ts';

const FOREIGN_KEY_MISSING = 1452;
const FOREIGN_KEY_USED = 1451;

const hasErrno = (error: unknown, errno: number): boolean =>
  error instanceof Error && (error as { readonly errno?: number }).errno === errno;

export const isReferenceMissing = (error: unknown): boolean => hasErrno(error, FOREIGN_KEY_MISSING);

export const isStillReferenced = (error: unknown): boolean => hasErrno(error, FOREIGN_KEY_USED);

/** What a key of the database refused, in the words of the contract; anything else is passed on. */
export const refusalOf = (cause: unknown): unknown => {
  if (isDuplicateKey(cause, 'uk_spu_code')) return goodsError('GOODS_CODE_TAKEN', { cause });
  if (isDuplicateKey(cause, 'uk_sku_code')) return goodsError('SKU_CODE_TAKEN', { cause });
  if (isDuplicateKey(cause, 'uk_sku_spu_id_attributes_hash'))
    return goodsError('SKU_ATTRIBUTES_TAKEN', { cause });
  if (isReferenceMissing(cause)) return goodsError('CATEGORY_NOT_FOUND', { cause });
  return cause;
};

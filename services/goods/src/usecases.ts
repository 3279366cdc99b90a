import type { Usecases } from './usecase.ts';
import { createListGoods } from './usecase/list-goods.ts';
import { createGetGoods } from './usecase/get-goods.ts';
import { createListCategories } from './usecase/list-categories.ts';
import { createPriceLines } from './usecase/price-lines.ts';
import { createListAllGoods } from './usecase/list-all-goods.ts';
import { createPreviewGoods } from './usecase/preview-goods.ts';
import { createCreateGoods } from './usecase/create-goods.ts';
import { createUpdateGoods } from './usecase/update-goods.ts';
import { createPublishGoods } from './usecase/publish-goods.ts';
import { createUnpublishGoods } from './usecase/unpublish-goods.ts';
import { createArchiveGoods } from './usecase/archive-goods.ts';
import { createCreateSku } from './usecase/create-sku.ts';
import { createUpdateSku } from './usecase/update-sku.ts';
import { createListAllCategories } from './usecase/list-all-categories.ts';
import { createCreateCategory } from './usecase/create-category.ts';
import { createUpdateCategory } from './usecase/update-category.ts';
import { createDeleteCategory } from './usecase/delete-category.ts';
import { createStartImport } from './usecase/start-import.ts';
import { createAddImportChunk } from './usecase/add-import-chunk.ts';
import { createGetImport } from './usecase/get-import.ts';
import { createListImportProblems } from './usecase/list-import-problems.ts';
import { createTakeImportChunk } from './usecase/take-import-chunk.ts';
import { createSweepImports } from './usecase/sweep-imports.ts';
import { createSeedDemoGoods } from './usecase/seed-demo-goods.ts';

/** Everything that any use-case asks for. */
type Adapters = Parameters<typeof createListGoods>[0] &
  Parameters<typeof createGetGoods>[0] &
  Parameters<typeof createListCategories>[0] &
  Parameters<typeof createPriceLines>[0] &
  Parameters<typeof createListAllGoods>[0] &
  Parameters<typeof createPreviewGoods>[0] &
  Parameters<typeof createCreateGoods>[0] &
  Parameters<typeof createUpdateGoods>[0] &
  Parameters<typeof createPublishGoods>[0] &
  Parameters<typeof createUnpublishGoods>[0] &
  Parameters<typeof createArchiveGoods>[0] &
  Parameters<typeof createCreateSku>[0] &
  Parameters<typeof createUpdateSku>[0] &
  Parameters<typeof createListAllCategories>[0] &
  Parameters<typeof createCreateCategory>[0] &
  Parameters<typeof createUpdateCategory>[0] &
  Parameters<typeof createDeleteCategory>[0] &
  Parameters<typeof createStartImport>[0] &
  Parameters<typeof createAddImportChunk>[0] &
  Parameters<typeof createGetImport>[0] &
  Parameters<typeof createListImportProblems>[0] &
  Parameters<typeof createTakeImportChunk>[0] &
  Parameters<typeof createSweepImports>[0] &
  Parameters<typeof createSeedDemoGoods>[0];

/** Wraps a use-case (`instrument`). */
type Wrap = <Name extends keyof Usecases>(name: Name, usecase: Usecases[Name]) => Usecases[Name];

/** All use-cases over these adapters. */
export const createUsecases = (adapters: Adapters, wrap: Wrap): Usecases => ({
  listGoods: wrap('listGoods', createListGoods(adapters)),
  getGoods: wrap('getGoods', createGetGoods(adapters)),
  listCategories: wrap('listCategories', createListCategories(adapters)),
  priceLines: wrap('priceLines', createPriceLines(adapters)),
  listAllGoods: wrap('listAllGoods', createListAllGoods(adapters)),
  previewGoods: wrap('previewGoods', createPreviewGoods(adapters)),
  createGoods: wrap('createGoods', createCreateGoods(adapters)),
  updateGoods: wrap('updateGoods', createUpdateGoods(adapters)),
  publishGoods: wrap('publishGoods', createPublishGoods(adapters)),
  unpublishGoods: wrap('unpublishGoods', createUnpublishGoods(adapters)),
  archiveGoods: wrap('archiveGoods', createArchiveGoods(adapters)),
  createSku: wrap('createSku', createCreateSku(adapters)),
  updateSku: wrap('updateSku', createUpdateSku(adapters)),
  listAllCategories: wrap('listAllCategories', createListAllCategories(adapters)),
  createCategory: wrap('createCategory', createCreateCategory(adapters)),
  updateCategory: wrap('updateCategory', createUpdateCategory(adapters)),
  deleteCategory: wrap('deleteCategory', createDeleteCategory(adapters)),
  startImport: wrap('startImport', createStartImport(adapters)),
  addImportChunk: wrap('addImportChunk', createAddImportChunk(adapters)),
  getImport: wrap('getImport', createGetImport(adapters)),
  listImportProblems: wrap('listImportProblems', createListImportProblems(adapters)),
  takeImportChunk: wrap('takeImportChunk', createTakeImportChunk(adapters)),
  sweepImports: wrap('sweepImports', createSweepImports(adapters)),
  seedDemoGoods: wrap('seedDemoGoods', createSeedDemoGoods(adapters)),
});

import { goods } from '@app/contracts';
import { assert } from '@app/kernel';
import {
  actionHandlers,
  type CallContext,
  type HintSubscription,
  type ServiceSchema,
} from '@app/runtime';
import type { Operation } from '../../repository.ts';
import type { Usecases } from '../../usecase.ts';

/** Runs an effect once per caller and Idempotency-Key; everybody who repeats gets the first answer. */
export type RunOnce = <R>(
  call: CallContext,
  params: unknown,
  execute: (operation: Operation<R>) => Promise<R>,
) => Promise<R>;

interface Deps {
  readonly usecases: Usecases;
  readonly runOnce: RunOnce;
  readonly onHints: readonly HintSubscription[];
}

const adminIdOf = ({ caller }: CallContext): string => {
  assert(caller.kind === 'admin', 'a route for admins is called by one');
  return caller.adminId;
};

/** Contract → use-case, nothing else. */
export const createGoodsActions = ({ usecases, runOnce, onHints }: Deps): ServiceSchema =>
  actionHandlers(
    goods,
    {
      listGoods: (params) => usecases.listGoods(params),
      getGoods: (params) => usecases.getGoods(params),
      listCategories: (params) => usecases.listCategories(params),
      priceLines: (params) => usecases.priceLines(params),
      listAllGoods: (params) => usecases.listAllGoods(params),
      previewGoods: (params) => usecases.previewGoods(params),
      createGoods: (params, call) =>
        runOnce(call, params, (operation) => usecases.createGoods({ params, operation })),
      updateGoods: (params) => usecases.updateGoods(params),
      publishGoods: (params) => usecases.publishGoods(params),
      unpublishGoods: (params) => usecases.unpublishGoods(params),
      archiveGoods: (params) => usecases.archiveGoods(params),
      createSku: (params, call) =>
        runOnce(call, params, (operation) => usecases.createSku({ params, operation })),
      updateSku: (params) => usecases.updateSku(params),
      listAllCategories: (params) => usecases.listAllCategories(params),
      createCategory: (params, call) =>
        runOnce(call, params, (operation) => usecases.createCategory({ params, operation })),
      updateCategory: (params) => usecases.updateCategory(params),
      deleteCategory: (params) => usecases.deleteCategory(params),
      startImport: (params, call) =>
        runOnce(call, params, (operation) =>
          usecases.startImport({ params, adminId: adminIdOf(call), operation }),
        ),
      addImportChunk: (params, call) =>
        runOnce(call, params, () => usecases.addImportChunk(params)),
      getImport: (params) => usecases.getImport(params),
      listImportProblems: (params) => usecases.listImportProblems(params),
    },
    { onHints },
  );

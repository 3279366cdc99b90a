import type { ParamsOf, ResultOf, goods } from '@app/contracts';
import type { ChunkKey, Operation } from './repository.ts';

type Actions = typeof goods.actions;
type Query<K extends keyof Actions> = (
  params: ParamsOf<Actions[K]>,
) => Promise<ResultOf<Actions[K]>>;
type Creation<K extends keyof Actions> = (command: {
  readonly params: ParamsOf<Actions[K]>;
  readonly operation?: Operation<ResultOf<Actions[K]>>;
}) => Promise<ResultOf<Actions[K]>>;

/** What this service can do: one entry per file in `usecase/`. What each throws stands in the contract. */
export interface Usecases {
  listGoods: Query<'listGoods'>;
  getGoods: Query<'getGoods'>;
  listCategories: Query<'listCategories'>;
  priceLines: Query<'priceLines'>;
  listAllGoods: Query<'listAllGoods'>;
  previewGoods: Query<'previewGoods'>;
  createGoods: Creation<'createGoods'>;
  updateGoods: Query<'updateGoods'>;
  publishGoods: Query<'publishGoods'>;
  unpublishGoods: Query<'unpublishGoods'>;
  archiveGoods: Query<'archiveGoods'>;
  createSku: Creation<'createSku'>;
  updateSku: Query<'updateSku'>;
  listAllCategories: Query<'listAllCategories'>;
  createCategory: Creation<'createCategory'>;
  updateCategory: Query<'updateCategory'>;
  deleteCategory: Query<'deleteCategory'>;
  startImport(command: {
    readonly params: ParamsOf<Actions['startImport']>;
    readonly adminId: string;
    readonly operation?: Operation<ResultOf<Actions['startImport']>>;
  }): Promise<ResultOf<Actions['startImport']>>;
  addImportChunk: Query<'addImportChunk'>;
  getImport: Query<'getImport'>;
  listImportProblems: Query<'listImportProblems'>;
  /** Takes the rows of a chunk that are not taken yet; stops early when `signal` says so. */
  takeImportChunk(command: ChunkKey & { readonly signal?: AbortSignal }): Promise<void>;
  /** Makes lost jobs again. @returns how many */
  sweepImports(): Promise<number>;
  /** Adds what is missing of the demonstration's goods. @returns how many goods were added */
  seedDemoGoods(): Promise<number>;
}

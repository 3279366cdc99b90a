import type { AdminCategory, CategoryTree } from '@app/contracts';
import { refuse } from './refusal.ts';

export interface Category {
  readonly id: string;
  readonly parentId: string | null;
  /** Ids from the root down to this one. It never changes: goods are found by it. */
  readonly path: readonly string[];
  readonly name: string;
  readonly sort: number;
  readonly version: number;
}

export const LEVELS_MAX = 3;
/** Every shopper gets the whole tree. */
export const CATEGORIES_MAX = 1000;

/** @throws CATEGORY_TOO_DEEP */
export const newCategory = (
  { name, sort = 0 }: { readonly name: string; readonly sort?: number },
  parent: Category | undefined,
  id: string,
): Category => {
  const path = [...(parent?.path ?? []), id];
  if (path.length > LEVELS_MAX)
    throw refuse('CATEGORY_TOO_DEEP', { data: { levelsMax: LEVELS_MAX } });
  return { id, parentId: parent?.id ?? null, path, name: name.trim(), sort, version: 1 };
};

/** @throws GOODS_VERSION_CONFLICT */
export const patchCategory = (
  category: Category,
  patch: { readonly name?: string; readonly sort?: number; readonly version?: number },
): Category => {
  if (patch.version !== undefined && patch.version !== category.version)
    throw refuse('GOODS_VERSION_CONFLICT', { data: { version: category.version } });
  const next = {
    ...category,
    name: patch.name?.trim() ?? category.name,
    sort: patch.sort ?? category.sort,
  };
  const isSame = next.name === category.name && next.sort === category.sort;
  return isSame ? category : { ...next, version: category.version + 1 };
};

/** By their own order, then the older one first: ids grow with time. */
const inOrder = (left: Category, right: Category): number =>
  left.sort - right.sort || (left.id < right.id ? -1 : 1);

/** Parents before their children, siblings in display order. */
export const parentsFirst = (categories: readonly Category[]): readonly Category[] =>
  [...categories].sort((a, b) => a.path.length - b.path.length || inOrder(a, b));

interface Node {
  id: string;
  name: string;
  parentId: string | null;
  sort: number;
  children: Node[];
}

export const toTree = (categories: readonly Category[]): CategoryTree[] => {
  const nodes = new Map<string, Node>();
  const roots: Node[] = [];
  for (const { id, name, parentId, sort } of parentsFirst(categories)) {
    const node: Node = { id, name, parentId, sort, children: [] };
    nodes.set(id, node);
    (parentId === null ? roots : (nodes.get(parentId)?.children ?? [])).push(node);
  }
  return roots;
};

export const toAdminCategory = ({ path: _, ...category }: Category): AdminCategory => category;

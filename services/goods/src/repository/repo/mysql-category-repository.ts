import type { Clock } from '@app/kernel';
import { toSqlTime, type Database } from '@app/mysql';
import { sql, type Kysely, type Selectable } from 'kysely';
import { CATEGORIES_MAX, type Category } from '../../domain/category.ts';
import { goodsError } from '../../errors.ts';
import type { CategoryRepository } from '../../repository.ts';
import { isReferenceMissing, isStillReferenced } from './key-refusals.ts';
import type { CategoryTable, Tables } from './tables.ts';

interface Deps {
  readonly db: Database<Tables>;
  readonly clock: Clock;
}

const categoryColumns = ['id', 'parent_id', 'path', 'name', 'sort', 'version'] as const;

type CategoryRow = Pick<Selectable<CategoryTable>, (typeof categoryColumns)[number]>;

const toCategory = (row: CategoryRow): Category => ({
  id: row.id,
  parentId: row.parent_id,
  path: row.path.split('/'),
  name: row.name,
  sort: row.sort,
  version: row.version,
});

const selectCategory = (db: Kysely<Tables>, id: string) =>
  db.selectFrom('category').select(categoryColumns).where('id', '=', id);

/** All of them: the tree is bounded. */
export const readCategories = async (db: Kysely<Tables>): Promise<readonly Category[]> => {
  const rows = await db
    .selectFrom('category')
    .select(categoryColumns)
    .limit(2 * CATEGORIES_MAX)
    .execute();
  return rows.map(toCategory);
};

const notFound = (id: string) => goodsError('CATEGORY_NOT_FOUND', { data: { id } });

export const createMysqlCategoryRepository = ({ db, clock }: Deps): CategoryRepository => ({
  list: () => readCategories(db.write),

  find: async (id) => {
    const row = await selectCategory(db.write, id).executeTakeFirst();
    return row === undefined ? undefined : toCategory(row);
  },

  create: async (category, result, operation) => {
    const at = toSqlTime(clock.nowMs());
    const { id, parentId: parent_id, path, name, sort, version } = category;
    const row = { id, parent_id, name, sort, version, path: path.join('/') };
    try {
      return await db.transaction(async (tx) => {
        const { count } = await tx
          .selectFrom('category')
          .select(sql<number>`count(*)`.as('count'))
          .executeTakeFirstOrThrow();
        // Parallel creations may step over the bound by as many as they are; it guards a size, no rule.
        if (count >= CATEGORIES_MAX)
          throw goodsError('CATEGORY_LIMIT_REACHED', { data: { categoriesMax: CATEGORIES_MAX } });
        await tx
          .insertInto('category')
          .values({ ...row, created_at: at, updated_at: at })
          .execute();
        await operation?.complete(tx, result);
        return result;
      });
    } catch (error) {
      throw isReferenceMissing(error) ? notFound(parent_id ?? id) : error;
    }
  },

  update: (id, change) =>
    db.transaction(async (tx) => {
      const row = await selectCategory(tx, id).forUpdate().executeTakeFirst();
      if (row === undefined) throw notFound(id);
      const current = toCategory(row);
      const next = change(current);
      if (next === current) return current;
      await tx
        .updateTable('category')
        .set({
          name: next.name,
          sort: next.sort,
          version: next.version,
          updated_at: toSqlTime(clock.nowMs()),
        })
        .where('id', '=', id)
        .where('version', '=', current.version)
        .execute();
      return next;
    }),

  remove: async (id) => {
    try {
      const { numDeletedRows } = await db.write
        .deleteFrom('category')
        .where('id', '=', id)
        .executeTakeFirst();
      if (numDeletedRows === 0n) throw notFound(id);
    } catch (error) {
      throw isStillReferenced(error) ? goodsError('CATEGORY_NOT_EMPTY', { data: { id } }) : error;
    }
  },
});

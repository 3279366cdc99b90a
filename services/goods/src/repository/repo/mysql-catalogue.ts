import { toSafeInteger, type Database } from '@app/mysql';
import { sql, type Kysely } from 'kysely';
import { utf8Length } from '../../domain/utf8-length.ts';
import { countThatFits } from '../../domain/page-budget.ts';
import { categoryTerm } from '../../domain/search-terms.ts';
import type { PublicGoods } from '../../domain/views.ts';
import type { Catalogue, CataloguePage, PageQuery } from '../../repository.ts';
import { readCategories } from './mysql-category-repository.ts';
import type { Tables } from './tables.ts';

type Db = Kysely<Tables>;

/** The best of this many newest matches is ranked; more of them nobody pages through. */
const RANKED_MAX = 2000;

interface FoundRow {
  readonly id: string;
  readonly public_view: string | null;
  readonly score: number | string;
}

/** Everything on sale, the newest first: ix_spu_status ends with the id. */
export const selectNewest = (db: Db, { limit, after }: PageQuery) => {
  const query = db
    .selectFrom('spu')
    .select(['id', 'public_view', sql<number>`0`.as('score')])
    .where('status', '=', 'published')
    .orderBy('id', 'desc')
    .limit(limit + 1);
  return after === undefined ? query : query.where('id', '<', after.id);
};

/**
 * A category with all below it, the newest first: its posting list is in that order. The ids are
 * picked in a table of their own, or the optimizer would sort all goods of a large category.
 */
export const selectOfCategory = (categoryId: string, { limit, after }: PageQuery) => {
  const behind = after === undefined ? sql`` : sql`and spu_id < ${after.id}`;
  return sql<FoundRow>`
    select spu.id, spu.public_view, 0 as score from (
      select spu_id from spu_term where term = ${categoryTerm(categoryId)} ${behind}
      order by spu_id desc limit ${sql.lit(limit + 1)}
    ) as place inner join spu on spu.id = place.spu_id
    order by place.spu_id desc`;
};

/** Posting lists intersected by their primary key, ranked by what the terms weigh together. */
export const selectMatches = (query: PageQuery) => {
  const { terms, categoryId, limit, after } = query;
  const all = categoryId === undefined ? terms : [...terms, categoryTerm(categoryId)];
  const tables = all.map((_, index) => sql.ref(`t${index}`));
  const score = sql.join(
    tables.map((table) => sql`${table}.weight`),
    sql` + `,
  );
  const joins = tables
    .slice(1)
    .map(
      (table, index) =>
        sql`inner join spu_term as ${table} on ${table}.spu_id = t0.spu_id and ${table}.term = ${all[index + 1]}`,
    );
  const behind =
    after?.score === undefined
      ? sql``
      : sql`where hit.score < ${after.score} or (hit.score = ${after.score} and hit.spu_id < ${after.id})`;
  return sql<FoundRow>`
    select spu.id, spu.public_view, best.score from (
      select hit.spu_id, hit.score from (
        select t0.spu_id, ${score} as score from spu_term as t0 ${sql.join(joins, sql` `)}
        where t0.term = ${all[0]} order by t0.spu_id desc limit ${sql.lit(RANKED_MAX)}
      ) as hit ${behind} order by hit.score desc, hit.spu_id desc limit ${sql.lit(limit + 1)}
    ) as best inner join spu on spu.id = best.spu_id
    order by best.score desc, best.spu_id desc`;
};

const readPage = async (db: Db, query: PageQuery): Promise<readonly FoundRow[]> => {
  if (query.terms.length > 0) return (await selectMatches(query).execute(db)).rows;
  if (query.categoryId === undefined) return selectNewest(db, query).execute();
  return (await selectOfCategory(query.categoryId, query).execute(db)).rows;
};

const toPage = (rows: readonly FoundRow[], { terms, limit }: PageQuery): CataloguePage => {
  const asked = rows.slice(0, limit);
  const fitting = asked.slice(
    0,
    countThatFits(asked.map((row) => utf8Length(row.public_view ?? ''))),
  );
  const last = fitting.at(-1);
  const isRanked = terms.length > 0;
  return {
    items: fitting.flatMap(({ public_view }) => (public_view === null ? [] : [parse(public_view)])),
    next:
      fitting.length === rows.length || last === undefined
        ? null
        : { id: last.id, ...(isRanked ? { score: toSafeInteger(last.score) } : {}) },
  };
};

const parse = (text: string): PublicGoods => JSON.parse(text) as PublicGoods;

/** Reads what was made ready when it was written: each answer is one statement. */
export const createMysqlCatalogue = (
  database: Pick<Database<Tables>, 'read' | 'write'>,
  isReplicaFresh: () => boolean,
): Catalogue => {
  const db = (): Db => (isReplicaFresh() ? database.read : database.write);
  return {
    page: async (query) => toPage(await readPage(db(), query), query),
    goods: async (id) => {
      const row = await db()
        .selectFrom('spu')
        .select('public_view')
        .where('id', '=', id)
        .executeTakeFirst();
      const text = row?.public_view ?? undefined;
      return text === undefined ? undefined : parse(text);
    },
    categories: () => readCategories(db()),
  };
};

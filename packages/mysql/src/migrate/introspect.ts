import { sql, type Kysely } from 'kysely';
import { bookkeepingTables } from './migrate.ts';

/** `{table: {column: type}}`; a nullable column has ` null` after its type. */
export type Tables = Readonly<Record<string, Readonly<Record<string, string>>>>;

interface ColumnRow {
  readonly table_name: string;
  readonly column_name: string;
  readonly column_type: string;
  readonly is_nullable: 'YES' | 'NO';
}

/** MariaDB tells a display width for integers, MySQL 8 only for `tinyint(1)`; MariaDB's JSON is longtext. */
const normalised = (type: string): string => {
  const lower = type.toLowerCase();
  if (lower.startsWith('tinyint(1)')) return lower;
  return lower
    .replace(/^((?:tiny|small|medium|big)?int)\(\d+\)/, '$1')
    .replace(/^json$/, 'longtext');
};

/**
 * What the schema really holds, in a form that is the same on MySQL and MariaDB, without the
 * migrator's own tables. Compare it with the columns of `tables.ts` (see `ColumnsOf`).
 */
export const introspect = async <T>(db: Kysely<T>): Promise<Tables> => {
  const { rows } = await sql<ColumnRow>`
    select table_name as table_name, column_name as column_name,
      column_type as column_type, is_nullable as is_nullable
    from information_schema.columns
    where table_schema = database()
    order by table_name, ordinal_position`.execute(db);
  const tables: Record<string, Record<string, string>> = {};
  for (const row of rows) {
    if (bookkeepingTables.includes(row.table_name)) continue;
    const columns = (tables[row.table_name] ??= {});
    columns[row.column_name] =
      normalised(row.column_type) + (row.is_nullable === 'YES' ? ' null' : '');
  }
  return tables;
};

const differencesOf = (
  table: string,
  actual: Readonly<Record<string, string>>,
  expected: Readonly<Record<string, string>>,
): readonly string[] => {
  const columns = [...new Set([...Object.keys(actual), ...Object.keys(expected)])].sort();
  return columns
    .filter((column) => actual[column] !== expected[column])
    .map(
      (column) =>
        `${table}.${column} is ${actual[column] ?? 'missing'} in the database and ${expected[column] ?? 'unknown'} in tables.ts`,
    );
};

/** Every difference between the schema and `tables.ts` as a sentence; empty when they agree. */
export const compareTables = (actual: Tables, expected: Tables): readonly string[] => {
  const tables = [...new Set([...Object.keys(actual), ...Object.keys(expected)])].sort();
  return tables.flatMap((table) =>
    differencesOf(table, actual[table] ?? {}, expected[table] ?? {}),
  );
};

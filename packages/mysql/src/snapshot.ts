import {
  DummyDriver,
  Kysely,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  type CompiledQuery,
} from 'kysely';

/** A query builder of Kysely, or anything else that compiles to SQL. */
export interface Compilable {
  compile(): CompiledQuery;
}

const plain = (value: unknown): unknown => {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex')}`;
  return value;
};

/** The SQL and its parameters as stable text for a snapshot: a review sees what will run. */
export const compileSnapshot = (query: Compilable): string => {
  const { sql, parameters } = query.compile();
  const tail = parameters.length === 0 ? '' : `\n-- ${JSON.stringify(parameters.map(plain))}`;
  return `${sql}${tail}`;
};

/** A query builder without a database: compiles as ours does, and every query finds no rows. */
export const createCompiler = <T>(): Kysely<T> =>
  new Kysely<T>({
    dialect: {
      createAdapter: () => new MysqlAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new MysqlIntrospector(db),
      createQueryCompiler: () => new MysqlQueryCompiler(),
    },
  });

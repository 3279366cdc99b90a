/** JSON Schema 2020-12 as far as the contracts use it; OpenAPI 3.1 takes it as it is. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly maxItems?: number;
  readonly anyOf?: readonly JsonSchema[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly description?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly minLength?: number;
  readonly additionalProperties?: boolean | JsonSchema;
}

/** A copy without the symbols by which TypeBox knows its own. */
export const plain = (schema: object): JsonSchema =>
  JSON.parse(JSON.stringify(schema)) as JsonSchema;

/** The same object schema with only some of its properties. */
export const pick = (schema: JsonSchema, names: readonly string[]): JsonSchema => {
  const properties = schema.properties ?? {};
  const kept = names.filter((name) => properties[name] !== undefined);
  const required = kept.filter((name) => schema.required?.includes(name));
  return {
    type: 'object',
    ...(schema.additionalProperties === undefined
      ? {}
      : { additionalProperties: schema.additionalProperties }),
    properties: Object.fromEntries(kept.map((name) => [name, properties[name] ?? {}])),
    ...(required.length === 0 ? {} : { required }),
  };
};

/**
 * An example made of the examples the contract gives; `undefined` when a part has none and none
 * can be guessed that would certainly be valid.
 */
export const exampleOf = (schema: JsonSchema): unknown => {
  if (schema.examples !== undefined && schema.examples.length > 0) return schema.examples[0];
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.anyOf !== undefined) {
    return schema.anyOf.map(exampleOf).find((example) => example !== undefined);
  }
  switch (schema.type) {
    case 'object':
      return objectExample(schema);
    case 'array':
      return arrayExample(schema);
    case 'string':
      return stringExample(schema);
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 1, 1);
    case 'boolean':
      return true;
    case 'null':
      return null;
    case undefined:
    default:
      return undefined;
  }
};

const objectExample = (schema: JsonSchema): unknown => {
  const example: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const value = exampleOf(property);
    if (value !== undefined) example[name] = value;
    else if (schema.required?.includes(name)) return undefined;
  }
  return example;
};

const arrayExample = (schema: JsonSchema): unknown => {
  if (schema.maxItems === 0) return [];
  const item = schema.items === undefined ? undefined : exampleOf(schema.items);
  return item === undefined ? undefined : [item];
};

const stringExample = (schema: JsonSchema): unknown => {
  if (schema.format === 'date-time') return '2026-11-20T08:30:00.000Z';
  if (schema.pattern !== undefined || schema.format !== undefined) return undefined;
  return 'text'.padEnd(schema.minLength ?? 0, 'x');
};

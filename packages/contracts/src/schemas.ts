import { Type, type TObject, type TProperties, type TSchema } from '@sinclair/typebox';

/** Building blocks that several contracts use. Schemas are JSON Schema, so OpenAPI takes them as they are. */

/** An object that refuses unknown fields. */
export const closed = <P extends TProperties>(properties: P): TObject<P> =>
  Type.Object(properties, { additionalProperties: false });

/** An answer: consumers ignore fields they do not know, so it may grow. */
export const view = <P extends TProperties>(properties: P): TObject<P> => Type.Object(properties);

export const Id = Type.String({
  pattern: '^[0-9A-HJKMNP-TV-Z]{26}$',
  description: 'ULID: 26 characters of Crockford base 32',
  examples: ['01K9ZQ4T6V8N2M3P5R7S9W1X0Y'],
});

/** RFC 3339 in UTC. */
export const At = Type.String({ format: 'date-time', examples: ['2026-11-20T08:30:00.000Z'] });

/** Milliseconds since the Unix epoch (between services). */
export const AtMs = Type.Integer({ minimum: 0 });

export const HttpsUrl = Type.String({
  pattern: '^https://[^\\s]+$',
  maxLength: 512,
  examples: ['https://img.example.com/a.png'],
});

export const nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);

/** `limit` and `cursor` of every paged route. */
export const pageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
};

/** The `data` of every paged answer. */
export const pageOf = <S extends TSchema>(item: S) =>
  view({ items: Type.Array(item), nextCursor: nullable(Type.String()) });

export const Empty = closed({});
export const Nothing = Type.Null();

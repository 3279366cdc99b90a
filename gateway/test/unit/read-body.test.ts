import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import t from 'tap';
import { parseJsonObject, requireJson } from '../../src/http/read-body.ts';

const withHeaders = (headers: Record<string, string>): IncomingMessage =>
  ({ headers }) as unknown as IncomingMessage;
const parse = (text: string | Buffer) => parseJsonObject(Buffer.from(text as string), 'en');

t.test('only uncompressed JSON in UTF-8 is a body', async (t) => {
  for (const type of [
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON;charset="UTF-8"',
    'application/json; foo=bar',
  ])
    t.doesNotThrow(() => requireJson(withHeaders({ 'content-type': type })), type);
  for (const headers of [
    {},
    { 'content-type': '' },
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/jsonp' },
    { 'content-type': 'application/vnd.api+json' },
    { 'content-type': 'application/json; charset=gbk' },
    { 'content-type': 'application/json', 'content-encoding': 'gzip' },
  ])
    t.throws(
      () => requireJson(withHeaders(headers)),
      { code: 'UNSUPPORTED_MEDIA_TYPE' },
      JSON.stringify(headers),
    );
});

t.test('a body is one JSON object', async (t) => {
  t.same(parse('{"a":1}'), { a: 1 });
  t.same(parse(''), {});
  for (const text of [
    '[]',
    'null',
    '1',
    '"a"',
    '{',
    '{"a":}',
    '{"a":1}x',
    '\ufeff{}',
    '{a:1}',
    ' ',
  ])
    t.throws(() => parse(text), { code: 'MALFORMED_JSON' }, text);
  t.throws(
    () => parse(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])),
    { code: 'MALFORMED_JSON' },
    'not UTF-8',
  );
});

t.test('the last of duplicate keys counts', async (t) => {
  t.same(parse('{"a":1,"a":2}'), { a: 2 });
});

t.test('a key __proto__ is refused at any depth, however it is escaped', async (t) => {
  for (const text of ['{"__proto__":{"x":1}}', '{"a":[{"__proto__":1}]}', '{"\\u005f_proto__":1}'])
    t.throws(
      () => parse(text),
      { code: 'VALIDATION_FAILED', data: { errors: [{ field: '__proto__', rule: 'unknown' }] } },
      text,
    );
  t.equal(({} as { x?: unknown }).x, undefined);
});

t.test('nesting has a limit, and a megabyte of brackets is refused quickly', async (t) => {
  t.doesNotThrow(() => parse(`{"a":${'['.repeat(30)}${']'.repeat(30)}}`));
  for (const depth of [40, 500_000])
    t.throws(() => parse(`{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`), {
      code: 'VALIDATION_FAILED',
    });
});

t.test('no bytes make the parser throw anything but a DomainError', async (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        parseJsonObject(Buffer.from(bytes), 'zh-CN');
      } catch (error) {
        t.match(error, { name: 'DomainError' });
      }
    }),
    { numRuns: 300 },
  );
  t.pass('no other error');
});

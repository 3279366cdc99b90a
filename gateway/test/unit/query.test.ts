import fc from 'fast-check';
import t from 'tap';
import { coerceQuery, coercionsOf, parseQuery } from '../../src/routing/query.ts';

const coercions = coercionsOf({
  properties: {
    limit: { type: 'integer' },
    price: { type: 'number' },
    isOpen: { type: 'boolean' },
    keyword: { type: 'string' },
    tags: { type: 'array', items: { type: 'string' } },
    codes: { type: 'array', items: { type: 'integer' } },
    maybe: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
    either: { anyOf: [{ type: 'integer' }, { type: 'string' }] },
  },
});
const read = (search: string): Record<string, unknown> => ({
  ...coerceQuery(parseQuery(search), coercions),
});

t.test('query values become what the schema says', async (t) => {
  t.same(read('limit=20&price=1.5&isOpen=true&keyword=12&maybe=3&either=4'), {
    limit: 20,
    price: 1.5,
    isOpen: true,
    keyword: '12',
    maybe: 3,
    either: '4',
  });
  t.same(read('tags=a&codes=1&codes=2'), { tags: ['a'], codes: [1, 2] });
});

t.test('what does not fit stays text, so that the service can name the field', async (t) => {
  t.same(read('limit=abc&isOpen=yes&price=1e5'), { limit: 'abc', isOpen: 'yes', price: '1e5' });
  t.same(read('limit=&limit=2'), { limit: ['', '2'] });
  t.same(read('limit=0x10'), { limit: '0x10' });
  t.same(read('limit=99999999999999999999'), { limit: '99999999999999999999' });
  t.same(read('unknown=1'), { unknown: '1' });
});

t.test('names with a meaning in JavaScript are ordinary names', async (t) => {
  const query = parseQuery('__proto__=1&constructor=2&toString=3');

  t.equal(Object.getPrototypeOf(query), null);
  t.same(Object.keys(query), ['__proto__', 'constructor', 'toString']);
});

t.test('an escape that cannot be decoded is refused', async (t) => {
  for (const search of ['a=%zz', '%=1', 'a=%C3', 'a=%ff'])
    t.throws(() => parseQuery(search), { code: 'MALFORMED_URL' }, search);
});

t.test('whatever is encoded comes back', async (t) => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ minLength: 1, unit: 'grapheme' })),
      fc.string({ unit: 'grapheme' }),
      (names, value) => {
        const search = names
          .map((name) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
          .join('&');
        t.strictSame(
          Object.entries(parseQuery(search)),
          names.map((name) => [name, value]),
        );
      },
    ),
    { numRuns: 100 },
  );
});

t.test('empty pairs are nothing, a name alone is empty text', async (t) => {
  t.same({ ...parseQuery('&&a&b=&=c') }, { a: '', b: '', '': 'c' });
  t.same({ ...parseQuery('q=a+b%2Bc') }, { q: 'a b+c' });
});

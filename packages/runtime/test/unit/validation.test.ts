import t from 'tap';
import fc from 'fast-check';
import { Type } from '@sinclair/typebox';
import { closed, nullable } from '@app/contracts';
import { DomainError } from '@app/kernel';
import { createValidator, type FieldError, type Locale } from '../../src/index.ts';

const schema = closed({
  name: Type.String({ minLength: 1, maxLength: 5, pattern: '\\S' }),
  age: Type.Optional(Type.Integer({ minimum: 0, maximum: 150 })),
  size: Type.Optional(Type.Integer({ default: 20 })),
  at: Type.Optional(Type.String({ format: 'date-time' })),
  role: Type.Optional(Type.Union([Type.Literal('buyer'), Type.Literal('seller')])),
  note: Type.Optional(nullable(closed({ text: Type.String({ maxLength: 3 }) }))),
  items: Type.Optional(
    Type.Array(closed({ skuId: Type.String(), quantity: Type.Integer({ minimum: 1 }) }), {
      maxItems: 3,
    }),
  ),
});
const validator = createValidator(schema);

const errorsOf = (value: unknown, locale: Locale = 'en'): readonly FieldError[] => {
  try {
    validator.check(value, locale);
    return [];
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return error.data?.['errors'] as readonly FieldError[];
  }
};

const rules = (value: unknown): readonly string[] =>
  errorsOf(value).map(({ field, rule }) => `${field} ${rule}`);

t.test('each keyword has a stable word and the field is named as a client writes it', async (t) => {
  const cases: readonly [unknown, readonly string[]][] = [
    [{ name: 'ok' }, []],
    [{}, ['name required']],
    [{ name: 'ok', more: 1 }, ['more unknown']],
    [{ name: 5 }, ['name type']],
    [{ name: '' }, ['name minLength', 'name pattern']],
    [{ name: 'toolong' }, ['name maxLength']],
    [{ name: ' ' }, ['name pattern']],
    [{ name: 'ok', age: -1 }, ['age minimum']],
    [{ name: 'ok', age: 151 }, ['age maximum']],
    [{ name: 'ok', age: 1.5 }, ['age type']],
    [{ name: 'ok', age: '7' }, ['age type']],
    [{ name: 'ok', at: 'yesterday' }, ['at format']],
    [{ name: 'ok', role: 'thief' }, ['role enum']],
    [{ name: 'ok', note: null }, []],
    [{ name: 'ok', note: 5 }, ['note type']],
    [{ name: 'ok', note: { text: 'long' } }, ['note.text maxLength']],
    [{ name: 'ok', items: [{ skuId: 's', quantity: 0 }] }, ['items[0].quantity minimum']],
    [
      { name: 'ok', items: [{ quantity: 1 }, { skuId: 's', quantity: 1, x: 1 }] },
      ['items[0].skuId required', 'items[1].x unknown'],
    ],
    [
      { name: 'ok', items: [1, 2, 3, 4] },
      ['items maxItems', 'items[0] type', 'items[1] type', 'items[2] type', 'items[3] type'],
    ],
    [[], ['$ type']],
    ['text', ['$ type']],
    [null, ['$ type']],
  ];
  for (const [value, expected] of cases) t.same(rules(value), expected, JSON.stringify(value));
});

t.test('messages are in the language of the request', async (t) => {
  t.match(errorsOf({ name: 'toolong' }, 'en'), [{ message: 'must have at most 5 characters' }]);
  t.match(errorsOf({ name: 'toolong' }, 'zh-CN'), [{ message: '长度不能超过 5 个字符' }]);
  t.match(errorsOf({ name: 'ok', role: 'x' }, 'en'), [
    { message: 'must be one of: buyer, seller' },
  ]);
});

t.test('defaults are filled in, also when an earlier look at the value failed', async (t) => {
  const value: Record<string, unknown> = { name: 'ok' };

  validator.check(value, 'en');

  t.equal(value['size'], 20);
  t.equal(validator.hasDefaults, true);
  t.equal(createValidator(closed({ a: Type.String() })).hasDefaults, false);
});

t.test('at most 20 errors are told, and names of the sender are cut', async (t) => {
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`field${i}`, i]));
  const long = { name: 'ok', ['x'.repeat(1000)]: 1 };

  t.equal(errorsOf({ name: 'ok', ...many }).length, 20);
  t.ok((errorsOf(long)[0]?.field.length ?? 0) < 80);
});

t.test('a huge wrong value costs no more than its first error', async (t) => {
  const huge = { name: 'ok', items: Array.from({ length: 100_000 }, () => 1) };

  const startedMs = performance.now();
  const errors = errorsOf(huge);

  t.equal(errors.length, 1);
  t.ok(performance.now() - startedMs < 200);
});

t.test('keys of the prototype are unknown fields like any other', async (t) => {
  const value = JSON.parse('{"name":"ok","__proto__":{"admin":true},"constructor":1}') as unknown;

  t.same([...rules(value)].sort(), ['__proto__ unknown', 'constructor unknown']);
});

t.test('no JSON value makes the validator throw anything but VALIDATION_FAILED', async (t) => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      for (const { field, rule, message } of errorsOf(value)) {
        if (field === '' || (rule as string) === '' || message === '') return false;
      }
      return true;
    }),
    { numRuns: 300 },
  );
  t.pass('held for 300 values');
});

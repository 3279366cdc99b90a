import t from 'tap';
import fc from 'fast-check';
import {
  ID_PATTERN,
  assert,
  assertNever,
  backoffMs,
  canonicalJson,
  createUlids,
  equalsConstantTime,
  maskName,
  maskPhone,
  sha256Hex,
  systemClock,
  toRfc3339,
} from '../../src/index.ts';

t.test('equal JSON has one canonical text, whatever the order of its keys', async (t) => {
  const shuffled = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(shuffled);
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, child]) => [key, shuffled(child)]),
    );
  };
  fc.assert(
    fc.property(fc.jsonValue(), (value) => canonicalJson(shuffled(value)) === canonicalJson(value)),
  );
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
      const plain = (value: unknown): string => JSON.stringify(JSON.parse(canonicalJson(value)));
      return (canonicalJson(left) === canonicalJson(right)) === (plain(left) === plain(right));
    }),
  );
  t.equal(canonicalJson({ b: 1, a: [{ d: null, c: 'x' }] }), '{"a":[{"c":"x","d":null}],"b":1}');
  t.equal(canonicalJson({ a: undefined, b: 1 }), '{"b":1}');
  t.equal(canonicalJson([2, 1]), '[2,1]', 'the order of a list means something');
});

t.test('a key named __proto__ is an ordinary key', async (t) => {
  const value: unknown = JSON.parse('{"__proto__":{"x":1},"a":1}');

  t.equal(canonicalJson(value), '{"__proto__":{"x":1},"a":1}');
  t.equal(({} as { x?: number }).x, undefined);
});

t.test('SHA-256 is the SHA-256 of the standard', async (t) => {
  t.equal(sha256Hex('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  t.equal(
    sha256Hex(new Uint8Array()),
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  );
});

t.test('secrets are equal only to themselves, whatever their lengths', async (t) => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.string(),
      (left, right) => equalsConstantTime(left, right) === (left === right),
    ),
  );
  t.ok(equalsConstantTime('same', 'same'));
});

t.test('a pause grows, is capped, and is spread over its whole width', async (t) => {
  const backoff = { attemptsMax: 5, baseMs: 100, capMs: 1000 };
  const atMost = [1, 2, 3, 4, 5, 50].map((attempt) =>
    backoffMs(attempt, backoff, () => 0.999_999_9),
  );

  t.same(atMost, [99, 199, 399, 799, 999, 999]);
  t.equal(
    backoffMs(3, backoff, () => 0),
    0,
  );
  t.equal(
    backoffMs(3, backoff, () => 0.5),
    200,
  );
});

t.test('ids sort by the moment they were made, also within one millisecond', async (t) => {
  const ids = createUlids();
  const made = Array.from({ length: 5000 }, () => ids.next());

  t.same([...made].sort(), made);
  t.equal(new Set(made).size, made.length);
  t.ok(made.every((id) => new RegExp(ID_PATTERN).test(id)));
});

t.test('masked values keep what their owner needs to recognise them', async (t) => {
  t.equal(maskPhone('13812345678'), '138****5678');
  t.equal(maskPhone('8613812345678'), '86138****5678');
  t.equal(maskPhone('12345'), '***45');
  t.equal(maskPhone('1'), '1');
  t.equal(maskName('张小明'), '张**');
  t.equal(maskName('张'), '张*');
  t.equal(maskName('😀abc'), '😀***', 'a character is not cut in two');
  t.equal(maskName(''), '');
});

t.test('no masked phone number shows its middle', async (t) => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9]{11,15}$/), (phone) => {
      const masked = maskPhone(phone);
      return masked.length === phone.length && masked.slice(-8, -4) === '****';
    }),
  );
  t.pass('held');
});

t.test('assertions throw with their message, and an unhandled case names its value', async (t) => {
  t.doesNotThrow(() => assert(true, 'never'));
  t.throws(() => assert(false, 'stock is negative'), /assertion failed: stock is negative/);
  t.throws(() => assertNever('paid' as never), /unhandled case: "paid"/);
});

t.test('times are RFC 3339 in UTC with milliseconds', async (t) => {
  t.equal(toRfc3339(0), '1970-01-01T00:00:00.000Z');
  t.equal(toRfc3339(1_763_627_400_123), '2025-11-20T08:30:00.123Z');
  t.ok(Math.abs(systemClock.nowMs() - Date.now()) < 1000);
});

import { randomBytes } from 'node:crypto';
import t from 'tap';
import fc from 'fast-check';
import { createBlindIndex, createSealer, sealerFromSecret } from '../../src/index.ts';

const key = (): string => randomBytes(32).toString('base64');
const [k1, k2] = [key(), key()];
const sealer = createSealer(`k1:${k1}`);

t.test('what was sealed opens, whatever it is', async (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, context) => {
      // A lone surrogate has no form in UTF-8.
      return !text.isWellFormed() || sealer.open(sealer.seal(text, context), context) === text;
    }),
  );
  t.pass('held');
});

t.test('the same value is sealed differently each time, and says which key opens it', async (t) => {
  const [one, two] = [
    sealer.seal('13812345678', 'phone:u1'),
    sealer.seal('13812345678', 'phone:u1'),
  ];

  t.not(one, two);
  t.match(one, /^v1\.k1\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]+$/);
  t.equal(sealer.keyIdOf(one), 'k1');
});

t.test('a change of any bit is noticed', async (t) => {
  const [version, keyId, nonce = '', body = ''] = sealer.seal('13812345678', 'phone:u1').split('.');
  const flip = (part: string, bit: number): string => {
    const bytes = Buffer.from(part, 'base64url');
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return bytes.toString('base64url');
  };
  const open = (sealed: readonly unknown[]) => () => sealer.open(sealed.join('.'), 'phone:u1');

  for (let bit = 0; bit < 96; bit += 1) t.throws(open([version, keyId, flip(nonce, bit), body]));
  const bits = Buffer.from(body, 'base64url').length * 8;
  for (let bit = 0; bit < bits; bit += 1) t.throws(open([version, keyId, nonce, flip(body, bit)]));
});

t.test('a value cut short, lengthened or from elsewhere does not open', async (t) => {
  const sealed = sealer.seal('13812345678', 'phone:u1');
  const wrong = [
    '',
    'plain text',
    sealed.slice(0, -1),
    `${sealed}AAAA`,
    `${sealed}.x`,
    sealed.replace('v1.', 'v2.'),
    sealed.replace('.k1.', '.k9.'),
    'v1.k1..',
    'v1.k1.AAAA.AAAA',
  ];
  for (const text of wrong) t.throws(() => sealer.open(text, 'phone:u1'), text);
  t.throws(() => sealer.open(sealed, 'phone:u2'), 'moved to another row');
  t.throws(() => createSealer(`k1:${k2}`).open(sealed, 'phone:u1'), 'another key of the same name');
});

t.test('keys rotate: the first seals, all of them open', async (t) => {
  const before = sealer.seal('x', 'c');
  const both = createSealer(`k2:${k2},k1:${k1}`);
  const after = both.seal('x', 'c');

  t.equal(both.currentKeyId, 'k2');
  t.equal(both.open(before, 'c'), 'x');
  t.equal(both.keyIdOf(after), 'k2');
  t.throws(() => createSealer(`k2:${k2}`).open(before, 'c'), /no key "k1"/);
});

t.test('a ring that is not well made is refused with what is wrong', async (t) => {
  const wrong: readonly [string, RegExp][] = [
    ['', /key ring/],
    ['k1', /key ring/],
    [`:${k1}`, /key ring/],
    ['k1:c2hvcnQ=', /32 bytes/],
    [`k1:${k1},k1:${k2}`, /twice/],
    [`${'x'.repeat(17)}:${k1}`, /key ring/],
  ];
  for (const [ring, message] of wrong) t.throws(() => createSealer(ring), message);
});

t.test('a sealer made from a secret opens with the same secret and purpose only', async (t) => {
  const sealed = sealerFromSecret('secret', 'refresh').seal('x', 'c');

  t.equal(sealerFromSecret('secret', 'refresh').open(sealed, 'c'), 'x');
  t.throws(() => sealerFromSecret('secret', 'other').open(sealed, 'c'));
  t.throws(() => sealerFromSecret('Secret', 'refresh').open(sealed, 'c'));
});

t.test(
  'a blind index is the same for equal values of one purpose, and for nothing else',
  async (t) => {
    const index = createBlindIndex('0123456789abcdef0123456789abcdef');

    t.match(index('13812345678', 'phone'), /^[0-9a-f]{64}$/);
    t.equal(index('13812345678', 'phone'), index('13812345678', 'phone'));
    t.not(index('13812345678', 'phone'), index('13812345678', 'openid'));
    t.not(index('b', 'a'), index('', 'a\nb'), 'value and purpose do not run into each other');
    t.throws(() => createBlindIndex('short'), /32 characters/);
  },
);

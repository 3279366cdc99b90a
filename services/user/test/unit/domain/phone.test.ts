import fc from 'fast-check';
import t from 'tap';
import { maskedPhone, phoneFromText, phoneToText, samePhone } from '../../../src/domain/phone.ts';

const digits = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength, maxLength });

t.test('a number survives being written as text, and no two numbers share a text', async (t) => {
  const phone = fc.record({ countryCode: digits(1, 4), number: digits(5, 15) });
  fc.assert(
    fc.property(phone, phone, (left, right) => {
      const same = left.countryCode === right.countryCode && left.number === right.number;
      return (
        samePhone(phoneFromText(phoneToText(left)) ?? null, left) &&
        (phoneToText(left) === phoneToText(right)) === same
      );
    }),
  );
  t.pass('held for every generated pair');
});

t.test('text that is not a number of ours is refused', async (t) => {
  for (const text of ['', '13812345678', '+86', '+86-', '+86-138x', '+86-1-2', '+86-138\n']) {
    t.equal(phoneFromText(text), undefined, JSON.stringify(text));
  }
});

t.test('a number is shown masked, and no number as null', async (t) => {
  t.equal(maskedPhone({ countryCode: '86', number: '13812345678' }), '138****5678');
  t.equal(maskedPhone(null), null);
  t.equal(samePhone(null, { countryCode: '86', number: '13812345678' }), false);
});

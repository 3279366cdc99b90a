import fc from 'fast-check';
import t from 'tap';
import {
  checkShipping,
  isUploaded,
  maskContact,
  type ShippedOrder,
  type ShippingInput,
} from '../../../src/domain/shipping.ts';
import { shippingRefusalOf } from '../../../src/domain/shipping-refusal.ts';

const parcel = { trackingNo: 'Z1', carrier: 'ZTO', description: '盲盒' };
const input = (change: Partial<ShippingInput> = {}): ShippingInput => ({
  logistics: 'express',
  mode: 'unified',
  isAllDelivered: undefined,
  parcels: [parcel],
  ...change,
});

t.test('of a phone the last four digits stay, and little else', (t) => {
  t.equal(maskContact('13812345678'), '138****5678');
  t.equal(maskContact('138****5678'), '138****5678');
  t.equal(maskContact('021-61234567'), '021-****4567');
  t.equal(maskContact('1234'), '****1234');
  t.end();
});

t.test('no phone leaves in the clear', (t) => {
  const digits = fc.string({
    unit: fc.constantFrom(...'0123456789- '),
    minLength: 4,
    maxLength: 20,
  });
  fc.assert(
    fc.property(digits, fc.integer({ min: 1000, max: 9999 }), (start, last) => {
      const phone = `${start}${last}`;
      const masked = maskContact(phone);
      const hidden = phone.replaceAll(/\D/g, '').length - masked.replaceAll(/\D/g, '').length;
      return (
        masked.includes('*') &&
        masked.endsWith(String(last)) &&
        hidden >= (phone.replaceAll(/\D/g, '').length > 4 ? 1 : 0)
      );
    }),
  );
  t.end();
});

t.test('a description loses what is beyond 120 characters', (t) => {
  const checked = checkShipping(input({ parcels: [{ ...parcel, description: '盒'.repeat(130) }] }));

  t.ok(checked.ok);
  if (checked.ok) t.equal(checked.shipping.parcels[0]!.description, `${'盒'.repeat(119)}…`);
  t.end();
});

t.test('the rules of WeChat are kept before it is asked', (t) => {
  const cases: [Partial<ShippingInput>, string | null][] = [
    [{}, null],
    [{ logistics: 'virtual', parcels: [{ description: '会员' }] }, null],
    [{ mode: 'split', isAllDelivered: false, parcels: [parcel, parcel] }, null],
    [{ mode: 'split', isAllDelivered: true, logistics: 'same_city' }, 'mode'],
    [{ mode: 'split' }, 'isAllDelivered'],
    [{ parcels: [parcel, parcel] }, 'parcels'],
    [{ parcels: [{ ...parcel, description: '\n' }] }, 'parcels[0].description'],
    [{ parcels: [{ description: 'x' }] }, 'parcels[0].trackingNo'],
    [{ parcels: [{ ...parcel, carrier: 'SF' }] }, 'parcels[0].receiverPhone'],
    [{ parcels: [{ ...parcel, receiverPhone: 'call me' }] }, 'parcels[0].receiverPhone'],
    [{ parcels: [{ ...parcel, carrier: 'SF', consignorPhone: '13812345678' }] }, null],
  ];
  for (const [change, field] of cases) {
    const checked = checkShipping(input(change));
    t.equal(checked.ok ? null : checked.field, field, JSON.stringify(change));
  }
  t.end();
});

t.test('an upload took effect when WeChat holds just that', (t) => {
  const order = (shipping: Partial<NonNullable<ShippedOrder['shipping']>> | null) =>
    ({
      shipping:
        shipping === null
          ? null
          : {
              logistics: 'express',
              mode: 'unified',
              isFinished: true,
              finishCount: 1,
              parcels: [parcel],
              ...shipping,
            },
    }) as unknown as ShippedOrder;

  t.equal(isUploaded(order({}), input()), true);
  t.equal(isUploaded(order(null), input()), false);
  t.equal(isUploaded(order({ parcels: [{ ...parcel, trackingNo: 'Z2' }] }), input()), false);
  t.equal(isUploaded(order({ parcels: [parcel, parcel] }), input()), false);
  t.equal(isUploaded(order({ mode: 'split' }), input()), false);
  t.equal(isUploaded(order({ isFinished: false }), input()), false);
  const part = input({ mode: 'split', isAllDelivered: false });
  t.equal(isUploaded(order({ mode: 'split', isFinished: false }), part), true);
  t.equal(isUploaded(order({ mode: 'split' }), part), false);
  t.end();
});

t.test('every errcode of the reference has a meaning', (t) => {
  const listed = [
    1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 14, 19, 20, 23, 24, 25, 26, 28, 29, 30, 31, 32,
  ].map((number) => 10_060_000 + number);
  const others = [194, 195, 196, 197, 216, 224, 226, 227, 228].map((one) => 268_485_000 + one);
  for (const errcode of [...listed, ...others]) t.ok(shippingRefusalOf(errcode), String(errcode));
  t.equal(shippingRefusalOf(40_001), undefined);
  t.end();
});

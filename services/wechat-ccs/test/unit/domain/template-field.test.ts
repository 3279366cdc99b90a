import fc from 'fast-check';
import t from 'tap';
import { lengthOf } from '../../../src/domain/fit-text.ts';
import { fitField } from '../../../src/domain/template-field.ts';

const fit = (key: string, value: string): string | null => {
  const fitted = fitField(key, value);
  return fitted.ok ? fitted.text : null;
};

const anyText = fc.string({ unit: 'binary', maxLength: 60 });
const emoji = fc.constantFrom('😀', '👨‍👩‍👧', '🇨🇳', '👍🏽', 'é', '字', 'a');
const richText = fc.array(emoji, { maxLength: 40 }).map((parts) => parts.join(''));

t.test('texts lose their end, and say so where the type has a sign for it', (t) => {
  const cases: [string, string, string][] = [
    ['thing1', '一'.repeat(20), '一'.repeat(20)],
    ['thing1', '一'.repeat(21), `${'一'.repeat(19)}…`],
    ['thing12', ' line one\r\nline two\t', 'line one line two'],
    ['name1', '爱新觉罗努尔哈赤皇太极', '爱新觉罗努尔哈赤皇…'],
    ['name1', 'Alexander Hamilton Jr', 'Alexander Hamilton…'],
    ['phrase1', '等待商家发货', '等待商家发'],
    ['letter1', 'x'.repeat(33), 'x'.repeat(32)],
    ['symbol1', '!!!!!!', '!!!!!'],
    ['character_string1', 'A'.repeat(33), `${'A'.repeat(29)}...`],
  ];
  for (const [key, value, expected] of cases) t.equal(fit(key, value), expected, `${key} ${value}`);
  t.end();
});

t.test('an emoji is never cut in half, whatever it is made of', (t) => {
  t.equal(fit('thing1', `${'一'.repeat(18)}😀二三`), `${'一'.repeat(18)}…`);
  t.equal(fit('thing1', `${'一'.repeat(12)}👨‍👩‍👧一二三`), `${'一'.repeat(12)}…`);
  t.equal(fit('thing1', `${'一'.repeat(17)}😀二三`), `${'一'.repeat(17)}😀…`);
  t.end();
});

t.test('what would say something else when cut is taken whole or not at all', (t) => {
  const good: [string, string][] = [
    ['number1', '12.50'],
    ['number1', '-3'],
    ['time1', '15:01'],
    ['time1', '2019年10月1日 15:01'],
    ['time1', '15:01~16:30'],
    ['date1', '2019年10月1日'],
    ['date1', '2019-10-01 15:01'],
    ['date1', '2019年10月1日~2019年10月2日'],
    ['amount1', '¥19.90'],
    ['amount1', '19.90元'],
    ['phone_number1', '+86-0766-66888866'],
    ['car_number1', '粤A8Z888挂'],
    ['car_number1', '粤A8Z888'],
    ['enum1', '已发货'],
    ['character_string1', 'SF-2026/11#1'],
  ];
  for (const [key, value] of good) t.equal(fit(key, value), value, `${key} ${value}`);
  const bad: [string, string][] = [
    ['number1', '1'.repeat(33)],
    ['number1', '1.2.3'],
    ['number1', '十'],
    ['time1', '25:00'],
    ['time1', '2019年10月1日'],
    ['time1', '15:01~16:00~17:00'],
    ['date1', '2019年13月1日'],
    ['date1', '2019-10/01'],
    ['date1', 'tomorrow'],
    ['amount1', '12345678901'],
    ['amount1', '￥￥1'],
    ['amount1', '十元'],
    ['phone_number1', '1'.repeat(18)],
    ['phone_number1', 'x138'],
    ['car_number1', '粤A8Z8888挂'],
    ['car_number1', '粤粤粤'],
    ['phrase1', 'shipped'],
    ['name1', '小明88'],
    ['letter1', 'a1'],
    ['character_string1', '订单1'],
    ['thing', 'no number'],
    ['thing1x', 'no key'],
    ['colour1', 'no kind'],
    ['constructor1', 'no kind'],
    ['__proto__1', 'no kind'],
  ];
  for (const [key, value] of bad) t.equal(fit(key, value), null, `${key} ${value}`);
  t.end();
});

t.test('empty is refused for every kind, also when only blanks are in it', (t) => {
  for (const kind of ['thing', 'name', 'amount', 'date', 'enum', 'phrase', 'character_string']) {
    for (const value of ['', '  ', '\n\t', '\u2028']) {
      t.match(fitField(`${kind}1`, value), { ok: false, rule: 'not empty' });
    }
  }
  t.end();
});

t.test('a thing holds at most 20 whole characters on one line, whatever came in', (t) => {
  fc.assert(
    fc.property(fc.oneof(anyText, richText), (value) => {
      const text = fit('thing1', value);
      if (text === null) return value.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]/gu, '') === '';
      return (
        lengthOf(text) <= 20 && text.isWellFormed() && !/[\r\n\u2028]/.test(text) && text !== ''
      );
    }),
  );
  t.end();
});

t.test(
  'what is cut begins as the text did, with whole emoji, and only what is too long is cut',
  (t) => {
    const segmenter = new Intl.Segmenter('zh', { granularity: 'grapheme' });
    const graphemes = (text: string) => [...segmenter.segment(text)].map(({ segment }) => segment);
    fc.assert(
      fc.property(richText, (value) => {
        const text = fit('thing1', value);
        if (text === null) return value === '';
        if (value.length <= 20) return text === value;
        const kept = graphemes(text.slice(0, -1));
        return (
          text.endsWith('…') && graphemes(value).slice(0, kept.length).join('') === kept.join('')
        );
      }),
    );
    t.end();
  },
);

t.test('fitting what fits changes nothing', (t) => {
  const keys = fc.constantFrom(
    'thing1',
    'name1',
    'phrase1',
    'letter1',
    'symbol1',
    'number1',
    'character_string1',
    'amount1',
  );
  fc.assert(
    fc.property(keys, fc.oneof(anyText, richText), (key, value) => {
      const once = fit(key, value);
      return once === null || fit(key, once) === once;
    }),
  );
  t.end();
});

t.test('no text of any kind makes it throw or hang', (t) => {
  const keys = fc.constantFrom(
    'time1',
    'date1',
    'amount1',
    'number1',
    'car_number1',
    'phone_number1',
    'enum1',
  );
  const digits = fc.string({
    unit: fc.constantFrom('1', ':', '~', '年', '-', '.', ' '),
    maxLength: 2000,
  });
  fc.assert(fc.property(keys, digits, (key, value) => fit(key, value) !== undefined));
  t.end();
});

import fc from 'fast-check';
import t from 'tap';
import { termsOf, termsOfKeyword } from '../../../src/domain/search-terms.ts';
import { aCategory, aDraft } from '../../support/builders.ts';

const category = aCategory(aCategory());
const termsOfTitle = (title: string) => termsOf(aDraft(category, { title, skus: [] }).next);

t.test('Chinese is cut into pairs, other words into their beginnings', (t) => {
  const terms = [...termsOfTitle('保温杯 Mug').keys()].filter((term) => term.startsWith('t:'));

  t.same(terms, ['t:保', 't:温', 't:杯', 't:保温', 't:温杯', 't:mu', 't:mug']);
  t.same(termsOfKeyword('保温杯'), ['t:保温', 't:温杯']);
  t.same(termsOfKeyword('杯'), ['t:杯']);
  t.end();
});

t.test('goods stand under every category above them, which weighs nothing', (t) => {
  const terms = termsOfTitle('杯');

  for (const id of category.path) t.equal(terms.get(`c:${id}`), 0);
  t.end();
});

t.test('width, letter case and punctuation make no difference', (t) => {
  t.same(termsOfKeyword('ＭＵＧ！保温'), termsOfKeyword('mug, 保温'));
  t.same(termsOfKeyword('。！ -'), []);
  t.end();
});

t.test('whatever piece of a title is asked for finds it', (t) => {
  const letters = fc.constantFrom(...'保温杯茶壶水具ab1𠮷 ');
  fc.assert(
    fc.property(fc.array(letters, { minLength: 1, maxLength: 40 }), fc.nat(), (text, seed) => {
      const title = text.join('');
      const words = title.split(' ').filter((word) => word !== '');
      fc.pre(words.length > 0);
      const keyword = words[seed % words.length] ?? '';
      const terms = termsOfTitle(title);
      return termsOfKeyword(keyword).every((term) => terms.has(term));
    }),
  );
  t.end();
});

t.test('goods have 400 terms at most, each fits its column, a question has 8', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 500 }), (text) => {
      const terms = [...termsOfTitle(`x${text}`).keys()];
      return terms.length <= 400 && terms.every((term) => Array.from(term).length <= 40);
    }),
  );
  t.equal(termsOfKeyword('一二三四五六七八九十百千').length, 8);
  t.end();
});

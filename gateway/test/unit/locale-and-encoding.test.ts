import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import t from 'tap';
import { chooseEncoding, compress } from '../../src/http/compression.ts';
import { readLocale } from '../../src/http/locale.ts';

t.test('messages are Chinese unless English is preferred', async (t) => {
  for (const header of [
    undefined,
    '',
    'zh-CN',
    'zh-CN,zh;q=0.9,en;q=0.8',
    'fr',
    '*',
    'en;q=0.5, zh',
    'en;q=0',
    'en;q=x',
  ])
    t.equal(readLocale(header), 'zh-CN', String(header));
  for (const header of [
    'en',
    'en,zh;q=0.9',
    'en-US,en;q=0.9',
    'fr, en;q=0.5',
    'EN-gb',
    'zh;q=0.3, en;q=0.4',
  ])
    t.equal(readLocale(header), 'en', header);
});

t.test('a hostile Accept-Language costs nothing and means nothing', async (t) => {
  t.equal(readLocale(`en${',x'.repeat(10_000)}`), 'zh-CN');
});

t.test('the best encoding that the client accepts is chosen', async (t) => {
  t.equal(chooseEncoding(undefined), undefined);
  t.equal(chooseEncoding('identity'), undefined);
  t.equal(chooseEncoding('deflate'), undefined);
  t.equal(chooseEncoding('gzip, deflate, br'), 'br');
  t.equal(chooseEncoding('gzip'), 'gzip');
  t.equal(chooseEncoding('br;q=0.2, gzip;q=0.8'), 'gzip');
  t.equal(chooseEncoding('br;q=0, gzip;q=0'), undefined);
  t.equal(chooseEncoding('*'), 'gzip');
  t.equal(chooseEncoding('GZIP'), 'gzip');
});

t.test('what was compressed is the same after decompressing', async (t) => {
  const body = Buffer.from('商品'.repeat(1000));

  const [br, gzip] = await Promise.all([compress(body, 'br'), compress(body, 'gzip')]);

  t.same(brotliDecompressSync(br), body);
  t.same(gunzipSync(gzip), body);
});

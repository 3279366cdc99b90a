import t from 'tap';
import { signableUrl, textToSign } from '../../../src/domain/js-page.ts';
import { jsSigner } from '../../../src/service/ticket/js-signer.ts';

t.test("the signature is the one of WeChat's own example", async (t) => {
  const text = textToSign({
    ticket:
      'sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg',
    nonceStr: 'Wm3WZYTPz0wzccnW',
    timestamp: 1414587457,
    url: 'http://mp.weixin.qq.com?params=value',
  });

  t.equal(jsSigner.sign(text), '0f9de62fce790f9a083d5c99e95740ceb90c27ed');
});

const hosts = ['m.example.com', 'h5.example.com:8443'];

t.test('the address is signed as it was sent, without its fragment', async (t) => {
  for (const url of [
    'https://m.example.com',
    'https://m.example.com/goods?id=1&b=%E4%B8%AD+x',
    'https://m.example.com/a/../b//c?x=https://evil.example',
    'https://h5.example.com:8443/',
  ]) {
    t.equal(signableUrl(url, hosts), url);
    t.equal(signableUrl(`${url}#top#more`, hosts), url);
  }
});

t.test('pages of other hosts, schemes and ports get nothing', async (t) => {
  for (const url of [
    'http://m.example.com/',
    'HTTPS://m.example.com/',
    'https://evil.example/',
    'https://sub.m.example.com/',
    'https://m.example.com.evil.example/',
    'https://m.example.com@evil.example/',
    'https://user:pass@m.example.com/',
    'https://evil.example\\@m.example.com/',
    'https://m.example.com\\@evil.example/',
    'https://m.example.com:8443/',
    'https://h5.example.com/',
    'https://',
    'javascript:alert(1)',
    '#https://m.example.com/',
    '',
  ]) {
    t.equal(signableUrl(url, hosts), undefined, url);
  }
  t.equal(signableUrl('https://m.example.com/', []), undefined, 'none unless configured');
});

import fc from 'fast-check';
import t from 'tap';
import { createPushCodec } from '../../../src/service/push/push-codec.ts';
import {
  encryptPush,
  layoutPush,
  padPush,
  PUSH_AES_KEY,
  PUSH_TOKEN,
  sealPush,
  signPush,
} from '../../support/push-sealer.ts';

const { isSigned, open, read } = createPushCodec();
const appId = 'wx-golden';
const key = { aesKey: PUSH_AES_KEY, appId };

/** Made with openssl (`enc -aes-256-cbc -nopad`, `dgst -sha1`), coreutils sort and base64. */
const golden = {
  timestamp: '1763700000',
  nonce: 'nonce-1',
  signature: '311520d0bfbc47107000187485557a105c955775',
  encrypt:
    'Q3stYC6hdFzMh9T8HCvyDMpVZSnK8QoS4NPD7JNcmXpXM+eYDCygsbLEyqy+7toEcedy4C0gSFcwS0DMVaqr1cMCEYTt6814N3AzxclPPG8bGX6Wle9Ejcm+SoKNIvCTvxnOIm4kWaFkLNNxX80uUwIefnnKOCAXOR/Z2Aq+ZHCt8kzZzN+TOAN7J8pNCvPsmW1DfSx5xigCZngCtn40XbjA07YwHstKa5QZgYoG+znEbYvW3OFv+qC0P+5IEIyk5j7lEdBasjS5gmSDxA//nRj3xH7fijLv6Yk3XgcP7iCYj1uZCBxXaP0TOeCOVAGrhKA+ajwaF6qeq3toFyUUEWrorGHuA3H7WaCvwBDVupX0e4U4h9df2M7geouMkzmD',
  msgSignature: 'f46bf994425106c860479b9de67804670d61f4e3',
} as const;
const parts = [PUSH_TOKEN, golden.timestamp, golden.nonce];

t.test('signatures that openssl made are accepted, in whatever order the parts come', async (t) => {
  t.ok(isSigned(golden.signature, parts));
  t.ok(isSigned(golden.signature, parts.toReversed()));
  t.ok(isSigned(golden.msgSignature, [...parts, golden.encrypt]));
});

t.test('a signature over less, over more, of other parts, or none at all is wrong', async (t) => {
  t.notOk(isSigned(golden.msgSignature, parts));
  t.notOk(isSigned(golden.signature, [...parts, golden.encrypt]));
  t.notOk(isSigned(golden.signature.toUpperCase(), parts));
  t.notOk(isSigned(undefined, parts));
  t.notOk(isSigned('', parts));
  t.notOk(isSigned(golden.signature, [PUSH_TOKEN, golden.timestamp, undefined]));
  t.notOk(isSigned(signPush(PUSH_TOKEN, '', '1'), [PUSH_TOKEN, '', '1']), 'an empty part');
});

t.test('parts are sorted by their bytes, not by UTF-16', async (t) => {
  const [astral, private_] = ['\u{10000}', '\uffee'];
  const byBytes = signPush.call(undefined, `a${private_}${astral}`);

  t.ok(isSigned(byBytes, [astral, 'a', private_]));
});

t.test('what openssl encrypted is opened and read', async (t) => {
  const message = open(golden.encrypt, key);

  t.strictSame(message === undefined ? undefined : read(message), {
    ToUserName: 'gh_1',
    FromUserName: 'oAnna',
    CreateTime: '1763700000',
    MsgType: 'text',
    Content: '你好',
    MsgId: '2345678901234567890',
  });
});

t.test('any message of any length comes out as it went in', async (t) => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.stringMatching(/^wx[0-9a-f]{1,20}$/),
      (bytes, app) => {
        const message = Buffer.from(bytes);
        const opened = open(sealPush(message, app), { aesKey: PUSH_AES_KEY, appId: app });
        return opened?.equals(message) ?? false;
      },
    ),
  );
  t.pass();
});

t.test('the app id at the end must be ours: not another, not longer, not shorter', async (t) => {
  for (const other of ['wx-goldem', 'wx-golden2', 'wx-golde', '', 'WX-GOLDEN'])
    t.equal(open(sealPush('{}', other), key), undefined, other);
});

t.test('padding is 1 to 32 equal bytes up to a block of 32, and nothing else', async (t) => {
  const content = layoutPush('0123456789', appId);
  t.equal(content.length % 32, 7);
  const fill = (...bytes: readonly number[]) =>
    encryptPush(Buffer.concat([content, Buffer.of(...bytes)]));
  const of25 = Array.from({ length: 25 }, () => 25);

  t.ok(open(fill(...of25), key), 'right');
  t.equal(open(fill(...of25.with(0, 24)), key), undefined, 'one byte differs');
  t.equal(open(fill(...of25.with(24, 0)), key), undefined, 'zero');
  t.equal(open(fill(...of25.with(24, 33)), key), undefined, 'over 32');
  t.equal(open(fill(...Array.from({ length: 9 }, () => 9)), key), undefined, 'a block of 16');
  const full = layoutPush('x'.repeat(3), appId);
  t.equal(full.length % 32, 0);
  t.ok(open(encryptPush(padPush(full)), key), 'a whole block of padding');
  t.equal(open(encryptPush(full), key), undefined, 'none');
});

t.test('a length that lies is refused', async (t) => {
  for (const length of [0, 1, 3, 5, 100, 0xffffffff])
    t.equal(
      open(encryptPush(padPush(layoutPush('four', appId, length))), key),
      undefined,
      `${length}`,
    );
});

t.test(
  'with any one byte of the cipher text changed the message is refused or not signed',
  async (t) => {
    const bytes = Buffer.from(golden.encrypt, 'base64');
    for (let at = 0; at < bytes.length; at += 1) {
      const tampered = Buffer.from(bytes);
      tampered[at]! ^= 1 << (at % 8);
      const text = tampered.toString('base64');
      t.notOk(isSigned(golden.msgSignature, [...parts, text]), `byte ${at}`);
    }
  },
);

t.test(
  'a cipher text that is cut, lengthened, no base64, or of another key is refused',
  async (t) => {
    const bytes = Buffer.from(golden.encrypt, 'base64');
    const cuts = [0, 1, 15, 16, 32, 33, bytes.length - 1, bytes.length - 16, bytes.length - 32];

    for (const length of cuts)
      t.equal(
        open(bytes.subarray(0, length).toString('base64'), key),
        undefined,
        `${length} bytes`,
      );
    t.equal(open(`${golden.encrypt}AAAA`, key), undefined);
    t.equal(open(`${golden.encrypt.slice(0, 8)}\n${golden.encrypt.slice(8)}`, key), undefined);
    t.equal(open(`*${golden.encrypt.slice(1)}`, key), undefined);
    t.equal(open(golden.encrypt, { ...key, aesKey: PUSH_AES_KEY.replace('a', 'b') }), undefined);
    t.equal(open(golden.encrypt, { ...key, aesKey: 'short' }), undefined);
  },
);

t.test('JSON and XML give the same names and values; long ids keep every digit', async (t) => {
  const json =
    '{"ToUserName":"gh_1","CreateTime":1763700000,"MsgId":2345678901234567890,"Price":1.50,"Detail":{"List":[{"Id":"a"},{"Id":"b"}]}}';
  const xml = `<?xml version="1.0" encoding="UTF-8"?>
    <xml>
      <ToUserName><![CDATA[gh_1]]></ToUserName>
      <CreateTime>1763700000</CreateTime>
      <MsgId>2345678901234567890</MsgId><Price>1.50</Price>
      <Detail><List><Id>a</Id></List><List><Id><![CDATA[b]]></Id></List></Detail>
    </xml>`;

  const fromXml = read(Buffer.from(xml));
  t.strictSame(fromXml, read(Buffer.from(json)));
  t.equal(fromXml?.['MsgId'], '2345678901234567890');
});

t.test('text of XML is exact: CDATA as it is, the five entities, blanks inside', async (t) => {
  const xml =
    '<xml><A><![CDATA[ <b>&lt; ]]></A><B>a &lt;&gt;&amp;&quot;&apos; b</B><C></C><D/><E><![CDATA[x]]]]><![CDATA[>y]]></E></xml>';

  t.strictSame(read(Buffer.from(xml)), {
    A: ' <b>&lt; ',
    B: `a <>&"' b`,
    C: '',
    D: '',
    E: 'x]]>y',
  });
});

const laughs = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">${Array.from(
  { length: 9 },
  (_, n) => `<!ENTITY lol${n + 1} "${`&lol${n || ''};`.repeat(10)}">`,
).join('')}]><xml><MsgType>&lol9;</MsgType></xml>`;

const hostile: Readonly<Record<string, string>> = {
  'a billion laughs': laughs,
  'an external entity':
    '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><MsgType>&f;</MsgType></xml>',
  'a document type alone': '<!DOCTYPE xml><xml><A>1</A></xml>',
  'an unknown entity': '<xml><A>&nbsp;</A></xml>',
  'a character reference': '<xml><A>&#60;</A></xml>',
  'a bare ampersand': '<xml><A>a & b</A></xml>',
  'a comment': '<xml><!-- <![CDATA[ --><A>1</A><!-- ]]> --></xml>',
  'an instruction': '<xml><?php echo 1 ?><A>1</A></xml>',
  'two roots': '<xml><A>1</A></xml><xml><A>1</A></xml>',
  'an open end': '<xml><A>1</A>',
  'a wrong end': '<xml><A>1</B></xml>',
  'elements that cross': '<xml><A><B>1</A></B></xml>',
  'an end too many': '<xml><A>1</A></xml></xml>',
  'an attribute': '<xml a="1"><A>1</A></xml>',
  'CDATA inside of a tag': '<xml><A<![CDATA[x]]>>1</A></xml>',
  'CDATA as a root': '<![CDATA[x]]><xml><A>1</A></xml>',
  'text between elements': '<xml>text<A>1</A></xml>',
  'text alone': '<xml>text</xml>',
  'no element': '<>',
  'the name __proto__': '<xml><__proto__><a>1</a></__proto__></xml>',
  'thousands of levels': `${'<a>'.repeat(20_000)}${'</a>'.repeat(20_000)}`,
  'an element repeated 50,000 times': `<xml>${'<a/>'.repeat(50_000)}</xml>`,
  'CDATA that never ends, 20,000 times': `<xml>${'<![CDATA['.repeat(20_000)}</xml>`,
  'twenty levels': `${'<a>'.repeat(20)}${'</a>'.repeat(20)}`,
  'a list': '[{"MsgType":"text"}]',
  'cut JSON': '{"MsgType":"te',
  'JSON twice': '{"a":1}{"a":1}',
  'JSON of thousands of levels': `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
  'JSON of twenty levels': `${'{"a":'.repeat(20)}1${'}'.repeat(20)}`,
  '__proto__ in JSON': '{"MsgType":"text","__proto__":{"a":1}}',
  nothing: '',
  form: 'a=1&b=2',
};
for (const [name, text] of Object.entries(hostile)) {
  t.test(`${name} is no message`, async (t) => {
    t.equal(read(Buffer.from(text)), undefined);
  });
}

t.test('bytes that are no UTF-8 are no message', async (t) => {
  t.equal(read(Buffer.from('{"a":"\xe4"}', 'latin1')), undefined);
});

t.test('whatever is read, reading never throws', async (t) => {
  const pieces = fc.constantFrom(
    '<xml>',
    '</xml>',
    '<a>',
    '</a>',
    '<![CDATA[',
    ']]>',
    '&lt;',
    '&',
    '{',
    '}',
    '"a":',
    '1',
    '<!--',
    '-->',
    '<?',
    ' ',
    '__proto__',
    '<constructor>',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 20 }), (some) => {
      read(Buffer.from(some.join('')));
      read(Buffer.from(`<xml>${some.join('')}</xml>`));
      return true;
    }),
    { numRuns: 500 },
  );
  t.pass();
});

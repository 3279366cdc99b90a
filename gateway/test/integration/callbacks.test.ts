import { randomBytes } from 'node:crypto';
import t from 'tap';
import { plainRequest } from '../support/raw-http.ts';
import { startSuite } from '../support/suite.ts';

const { gateway, shop, services } = await startSuite(t);

t.test('the exact bytes, headers and query of a callback reach the service', async (t) => {
  const body = randomBytes(4096);

  const response = await gateway.fetch('/callbacks/shop/wx%20app?a=1&b=%E5%95%86&a=2', {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/octet-stream', 'wechatpay-signature': 'abc+/=' },
  });

  t.equal(response.status, 202);
  const { params, call } = shop.calls.at(-1) ?? {};
  t.same(params, { appId: 'wx app' });
  t.ok(call?.raw?.body.equals(body));
  t.match(call?.raw, {
    method: 'POST',
    headers: { 'wechatpay-signature': 'abc+/=' },
    query: { a: '1', b: '商' },
  });
  t.same(call?.caller, { kind: 'callback' });
});

t.test(
  "the answer is in the form of the provider, and only its content type is the service's",
  async (t) => {
    const response = await gateway.fetch('/callbacks/shop/a', {
      method: 'POST',
      body: '{"not" json',
    });

    t.equal(response.headers.get('content-type'), 'text/xml');
    t.equal(response.headers.get('set-cookie'), null);
    t.equal(await response.text(), `<ok>${Buffer.from('{"not" json').toString('hex')}</ok>`);
    t.ok(response.headers.get('x-request-id'));
  },
);

t.test('a provider can check the address with GET', async (t) => {
  const response = await gateway.fetch('/callbacks/shop/a?echostr=hello');

  t.equal(response.status, 200);
  t.equal(await response.text(), 'hello');
});

t.test('an oversize callback is 413 without an envelope', async (t) => {
  const { status, body } = await plainRequest(
    gateway.port,
    { method: 'POST', path: '/callbacks/shop/a', headers: { 'content-length': 2_000_000 } },
    [Buffer.alloc(2_000_000)],
  );

  t.equal(status, 413);
  t.equal(body, 'PAYLOAD_TOO_LARGE');
});

t.test(
  'while its service is down a callback gets a 503 that makes the provider try again',
  async (t) => {
    await services.stop();

    const response = await gateway.fetch('/callbacks/shop/a', { method: 'POST', body: 'x' });

    t.equal(response.status, 503);
    t.equal(await response.text(), 'SERVICE_UNAVAILABLE');
  },
);

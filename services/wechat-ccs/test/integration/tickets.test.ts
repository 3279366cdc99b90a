import { createHash } from 'node:crypto';
import { wechatCcs } from '@app/contracts';
import type { ActionCaller } from '@app/runtime';
import { testNamespace } from '@app/testing';
import t, { type Test } from 'tap';
import { deleteKeys, migratedDatabase, openRedis } from '../support/real-stores.ts';
import { startSandbox, WXMP, WXOA } from '../support/start-sandbox.ts';
import { startCaller, startService } from '../support/start-service.ts';

const { getCardTicket, getJsapiTicket, getJsConfig } = wechatCcs.actions;
const { appId } = WXOA;
const NODES = 4;

const { sandbox, url, wechat, faults } = await startSandbox(t);
const database = await migratedDatabase(t);
const lines: string[] = [];
const env = { WX_JS_HOSTS: 'm.example.com' };

/** A suite of its own for each test: what nodes keep in memory is part of what is tested. */
const build = async (t: Test, nodes = 1) => {
  sandbox.state.reset();
  const namespace = testNamespace();
  const redis = await openRedis(t, namespace);
  const start = () => startService(t, { namespace, database, wechatUrl: url, lines, env });
  const hosts = await Promise.all(Array.from({ length: nodes }, start));
  const { call } = await startCaller(t, namespace);
  const callNode =
    (index: number): ActionCaller =>
    (action, params, options) =>
      call(action, params, { ...options, nodeId: hosts[index % nodes]!.nodeId });
  return { namespace, redis, hosts, call, callNode, start };
};

t.test('all callers on all nodes share one ticket of each type', async (t) => {
  const { callNode } = await build(t, NODES);

  const [jsapi, cards] = await Promise.all([
    Promise.all(Array.from({ length: 100 }, (_, i) => callNode(i)(getJsapiTicket, { appId }))),
    Promise.all(Array.from({ length: 20 }, (_, i) => callNode(i)(getCardTicket, { appId }))),
  ]);

  t.equal(new Set(jsapi.map(({ ticket }) => ticket)).size, 1);
  t.equal(new Set(cards.map(({ ticket }) => ticket)).size, 1);
  t.not(jsapi[0]!.ticket, cards[0]!.ticket);
  t.equal(wechat.tickets.list(appId, 'jsapi').length, 1);
  t.equal(wechat.tickets.list(appId, 'wx_card').length, 1);
  const leftMs = Date.parse(jsapi[0]!.expiresAt) - Date.now();
  t.ok(leftMs > 7_000_000 && leftMs <= 7_190_000, 'it ends a little earlier than WeChat says');
});

t.test('a node that starts takes the ticket from Redis, where it is sealed', async (t) => {
  const { call, redis, start } = await build(t);
  const first = await call(getJsapiTicket, { appId });
  const fresh = await start();

  t.strictSame(await call(getJsapiTicket, { appId }, { nodeId: fresh.nodeId }), first);

  t.equal(wechat.tickets.list(appId, 'jsapi').length, 1);
  const stored = await redis.client.hgetall(`wechat-ccs:jsapi-ticket:${appId}`);
  t.match(stored['sealed'], /^v1\./);
  t.notOk(JSON.stringify(stored).includes(first.ticket));
});

t.test('a wiped Redis takes the ticket from nobody who has it', async (t) => {
  const { call, redis, namespace } = await build(t);
  const first = await call(getJsapiTicket, { appId });
  t.ok(await redis.client.exists(`wechat-ccs:jsapi-ticket:${appId}`));

  await deleteKeys(redis, namespace);

  t.strictSame(await call(getJsapiTicket, { appId }), first);
});

t.test('an access token that was replaced elsewhere is replaced here, once', async (t) => {
  const { call } = await build(t);
  await call(getCardTicket, { appId });
  wechat.tokens.forceStable(appId);
  const before = wechat.tokenLog.list(appId).length;

  const { ticket } = await call(getJsapiTicket, { appId });

  t.equal(wechat.tickets.list(appId, 'jsapi')[0]?.ticket, ticket);
  t.equal(wechat.tokenLog.list(appId).length - before, 1);
});

t.test('a WeChat that is away takes the ticket from nobody who has it', async (t) => {
  const { call } = await build(t);
  const first = await call(getJsapiTicket, { appId });
  faults.add({ match: {}, fault: { corrupt: 'html' } });

  t.strictSame(await call(getJsapiTicket, { appId }), first);
  await t.rejects(call(getCardTicket, { appId }), { code: 'UPSTREAM_WECHAT_UNAVAILABLE' });
});

t.test('a mini program has no tickets, and the refusal of WeChat is told', async (t) => {
  const { call } = await build(t);

  await t.rejects(call(getJsapiTicket, { appId: WXMP.appId }), {
    code: 'UPSTREAM_WECHAT_REJECTED',
    data: { errcode: 48001 },
  });
  await t.rejects(call(getJsapiTicket, { appId: 'wx-else' }), { code: 'WECHAT_APP_UNKNOWN' });
});

t.test('a page of an allowed host gets a signature that WeChat would accept', async (t) => {
  const { call } = await build(t);
  const page = 'https://m.example.com/goods?id=1&from=timeline';

  const config = await call(getJsConfig, { url: `${page}#reviews` });

  const { ticket } = await call(getJsapiTicket, { appId });
  const text = `jsapi_ticket=${ticket}&noncestr=${config.nonceStr}&timestamp=${config.timestamp}&url=${page}`;
  t.equal(config.appId, appId);
  t.equal(config.signature, createHash('sha1').update(text).digest('hex'));
  t.ok(Math.abs(config.timestamp - Date.now() / 1000) < 60);
  const other = await call(getJsConfig, { url: page });
  t.not(other.nonceStr, config.nonceStr);
});

t.test('a page of another host costs no ticket', async (t) => {
  const { call } = await build(t);

  for (const page of ['https://evil.example/', 'http://m.example.com/']) {
    await t.rejects(call(getJsConfig, { url: page }), { code: 'WECHAT_JS_URL_FORBIDDEN' });
  }
  await t.rejects(call(getJsConfig, { url: 'https://m.example.com/ a' }), {
    code: 'VALIDATION_FAILED',
    data: { errors: [{ field: 'url' }] },
  });
  await t.rejects(call(getJsConfig, { url: 'https://m.example.com/', appId: WXMP.appId }), {
    code: 'WECHAT_APP_UNKNOWN',
  });

  t.equal(wechat.tickets.list(appId, 'jsapi').length, 0);
});

t.test('no ticket is in any log line', async (t) => {
  const { call } = await build(t);
  lines.length = 0;
  const { ticket } = await call(getJsapiTicket, { appId });
  await call(getJsConfig, { url: 'https://m.example.com/' });
  faults.add({ match: {}, fault: { errcode: 40164 } });
  await t.rejects(call(getCardTicket, { appId }), { code: 'UPSTREAM_WECHAT_REJECTED' });

  t.ok(lines.length > 5);
  t.notOk(lines.join('\n').includes(ticket));
});

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { wechatCcs, type AnyAction } from '@app/contracts';
import type { ActionCaller } from '@app/runtime';
import { eventually, fakeClock } from '@app/testing';
import t from 'tap';
import { createAccessTokenClient } from '../../src/index.ts';
import { ID, NOON_MS } from '../support/build-keeper.ts';

const LIFE_MS = 7_190_000;

/** wechat-ccs as its contract describes it. */
const build = () => {
  const clock = fakeClock(NOON_MS);
  const ccs = {
    prefix: 'token-',
    serial: 1,
    expiresAtMs: NOON_MS + LIFE_MS,
    isDown: false,
    calls: 0,
  };
  const answer = () => ({
    accessToken: `${ccs.prefix}${ccs.serial}`,
    version: ccs.serial,
    expiresAt: new Date(ccs.expiresAtMs).toISOString(),
  });
  const call = (async (action: AnyAction, params: { accessToken?: string }) => {
    ccs.calls += 1;
    await Promise.resolve();
    if (ccs.isDown) throw new Error('wechat-ccs is down');
    const isReport = action.name === wechatCcs.actions.invalidateAccessToken.name;
    if (isReport && params.accessToken === answer().accessToken) ccs.serial += 1;
    return answer();
  }) as unknown as ActionCaller;
  const logger = { warn: () => undefined } as unknown as Parameters<
    typeof createAccessTokenClient
  >[0]['logger'];
  const client = createAccessTokenClient({ call, clock, logger });
  const hint = (version: number) => client.onHints[0]?.handle({ appId: ID, version });
  return { ccs, client, clock, hint };
};

t.test('many callers ask once; then memory answers', async (t) => {
  const { ccs, client } = build();
  t.equal(client.peek(ID), undefined);

  const all = await Promise.all(Array.from({ length: 100 }, () => client.get(ID)));

  t.equal(new Set(all.map(({ text }) => text)).size, 1);
  t.equal(client.peek(ID)?.text, 'token-1');
  t.equal((await client.get(ID)).text, 'token-1');
  t.equal(ccs.calls, 1);
});

t.test('a hint makes it ask again; an older hint does not', async (t) => {
  const { ccs, client, hint } = build();
  ccs.serial = 5;
  await client.get(ID);
  await hint(4);
  t.equal(client.peek(ID)?.text, 'token-5');
  ccs.serial = 6;
  await hint(6);

  t.equal(client.peek(ID), undefined);
  t.equal((await client.get(ID)).text, 'token-6');
});

t.test('a lost hint costs seconds of freshness', async (t) => {
  const { ccs, client, clock } = build();
  await client.get(ID);
  ccs.serial = 2;
  clock.advance(5001);

  t.equal((await client.get(ID)).text, 'token-1', 'nobody waits for the news');
  await eventually(() => client.peek(ID)?.text === 'token-2');
});

t.test('a token with under a minute to live is given to nobody', async (t) => {
  const { ccs, client, clock } = build();
  await client.get(ID);
  ccs.isDown = true;
  clock.advance(LIFE_MS - 60_000);
  t.equal((await client.get(ID)).text, 'token-1', 'also while wechat-ccs is down');
  clock.advance(1);

  t.equal(client.peek(ID), undefined);
  await t.rejects(client.get(ID), { message: 'wechat-ccs is down' });
});

t.test('without wechat-ccs a token that may have been replaced is better than none', async (t) => {
  const { ccs, client, hint } = build();
  await client.get(ID);
  ccs.isDown = true;
  await hint(2);

  t.equal((await client.get(ID)).text, 'token-1');
});

t.test('a hundred who were refused report once, and all get the next one', async (t) => {
  const { ccs, client } = build();
  const { text } = await client.get(ID);

  const all = await Promise.all(Array.from({ length: 100 }, () => client.invalidate(ID, text)));

  t.strictSame([...new Set(all.map((token) => token.text))], ['token-2']);
  t.equal(ccs.calls, 2);
  t.equal(client.peek(ID)?.text, 'token-2');
});

t.test('memory is read far more often in a second than any service could ask', async (t) => {
  const { client } = build();
  await client.get(ID);
  const reads = 1_000_000;
  const startedMs = performance.now();
  for (let read = 0; read < reads; read += 1) client.peek(ID);

  const perSecond = Math.round(reads / ((performance.now() - startedMs) / 1000));
  t.comment({ perSecond });
  t.ok(perSecond > 200_000, 'also on a slow machine');
});

t.test('an app with the longest of tokens costs less than 5 KB of memory', async (t) => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heapUsed = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const { ccs, client } = build();
  const apps = 2000;
  ccs.prefix = 'x'.repeat(500);
  await client.get('warm');
  const before = heapUsed();
  for (let app = 0; app < apps; app += 1) {
    // Its own characters, as when it was parsed from an answer.
    ccs.prefix = Buffer.alloc(500, String(app)).toString();
    await client.get(`wx-${app}`);
  }

  const bytesPerApp = Math.round((heapUsed() - before) / apps);
  t.comment({ bytesPerApp });
  t.ok(client.peek('wx-0') !== undefined && client.peek(`wx-${apps - 1}`) !== undefined);
  t.ok(bytesPerApp < 5 * 1024);
});

import t from 'tap';
import type { ApiCall } from '../../src/service.ts';
import { createWechatContentChecks } from '../../src/service/client/wechat-content-checks.ts';
import { createWechatLinks } from '../../src/service/client/wechat-links.ts';
import { createWechatQrCodes } from '../../src/service/client/wechat-qr-codes.ts';
import { createWechatSessions } from '../../src/service/client/wechat-sessions.ts';
import { sessionCrypto } from '../../src/service/client/session-crypto.ts';
import { buildCalls } from '../support/calls-world.ts';
import { WXMP } from '../support/start-sandbox.ts';
import { calls, DAYS_30, userOf } from '../support/wechat-calls.ts';

const { appId } = WXMP;

t.test('a used-up allowance is known from then on, and WeChat is not asked again', async (t) => {
  const world = await buildCalls(t);
  const { wechat, quotas, countCalls } = world;
  wechat.changeSettings(appId, {
    limits: {
      qrCodesInAll: 1,
      linksPerDay: 1,
      shortLinksPerDay: 1,
      textChecksPerDay: 1,
      mediaChecksPerDay: 1,
    },
  });
  const cases = [
    ['qrCode', 'qrCode', 45029],
    ['urlScheme', 'link', 44993],
    ['shortLink', 'shortLink', 45009],
    ['checkText', 'checkText', 45009],
    ['checkMedia', 'checkMedia', 45009],
  ] as const;

  for (const [name, quota, errcode] of cases) {
    const { run, path } = calls[name]!;
    t.ok(await run(world));
    await t.rejects(run(world), { code: 'WECHAT_QUOTA_EXHAUSTED', data: { quota, errcode } });
    t.equal(await quotas.left(appId, quota), 0, name);
    t.equal(await countCalls(path, () => run(world)), 0, `${name} asks no more`);
  }
  for (const [name, quota] of [
    ['squareQrCode', 'qrCode'],
    ['urlLink', 'link'],
  ] as const) {
    const shared = { code: 'WECHAT_QUOTA_EXHAUSTED', data: { quota } };
    await t.rejects(calls[name]!.run(world), shared, `${name} draws from the same`);
  }
});

t.test('permanent short links that are full close those, not the day', async (t) => {
  const { api, wechat, quotas } = await buildCalls(t);
  wechat.changeSettings(appId, { limits: { permanentShortLinksInAll: 0 } });
  const links = createWechatLinks(api);

  await t.rejects(links.createShortLink(appId, { pageUrl: 'pages/a', isPermanent: true }), {
    code: 'WECHAT_QUOTA_EXHAUSTED',
    data: { quota: 'permanentShortLink', errcode: 85400 },
  });

  t.equal(await quotas.left(appId, 'permanentShortLink'), 0);
  t.ok(await links.createShortLink(appId, { pageUrl: 'pages/a', isPermanent: false }));
});

t.test(
  'what is for ever is not spent by a call that WeChat refused, but by a lost one',
  async (t) => {
    const world = await buildCalls(t);
    const { api, quotas, faults } = world;
    const left = () => quotas.left(appId, 'qrCode');
    const codes = createWechatQrCodes(api);

    await t.rejects(codes.square(appId, { path: '/' }), { code: 'VALIDATION_FAILED' });
    t.equal(await left(), 100_000);
    faults.add({ match: {}, fault: { drop: true }, times: 1 });
    await t.rejects(codes.square(appId, { path: 'pages/a' }));
    t.equal(await left(), 99_999);
  },
);

t.test('what WeChat finds wrong with a param is a 400 that names the field', async (t) => {
  const { api, wechat, faults } = await buildCalls(t);
  wechat.changeSettings(appId, { pages: ['pages/index'] });
  const { openid } = wechat.issueLoginCode();
  const codes = createWechatQrCodes(api);
  const links = createWechatLinks(api);
  const content = createWechatContentChecks(api);
  const refused = (field: string, errcode: number) => ({
    code: 'VALIDATION_FAILED',
    data: { errors: [{ field }], errcode },
  });
  const media = {
    mediaUrl: 'https://a.example/a.png',
    mediaType: 'image',
    scene: 'forum',
  } as const;

  await t.rejects(
    codes.unlimited(appId, { scene: 'a', page: 'pages/none' }),
    refused('page', 41030),
  );
  t.ok(await codes.unlimited(appId, { scene: 'a', page: 'pages/none', checkPath: false }));
  await t.rejects(codes.unlimited(appId, { scene: 'a b' }), refused('scene', 40169));
  await t.rejects(codes.limited(appId, { path: '' }), refused('path', 40159));
  await t.rejects(
    links.createUrlLink(appId, { path: 'pages/none', life: DAYS_30 }),
    refused('path', 40165),
  );
  await t.rejects(
    links.createUrlScheme(appId, { query: '<', life: DAYS_30 }),
    refused('query', 40212),
  );
  await t.rejects(
    links.createUrlScheme(appId, { life: { kind: 'until', atSeconds: 1 } }),
    refused('expiresAt', 85401),
  );
  await t.rejects(
    links.createUrlLink(appId, { envVersion: 'beta', life: DAYS_30 }),
    refused('envVersion', 85402),
  );
  await t.rejects(
    links.createShortLink(appId, { pageUrl: 'pages/none', isPermanent: false }),
    refused('pageUrl', 40066),
  );
  await t.rejects(
    links.createShortLink(appId, { pageUrl: 'pages/index', pageTitle: 'a\nb', isPermanent: false }),
    refused('pageTitle', 40225),
  );
  await t.rejects(
    content.checkText(appId, { openid: 'o-none', content: 'x', scene: 'forum' }),
    refused('openid', 40003),
  );
  wechat.changeSettings(appId, { limits: { sameMediaPerDay: 0 } });
  await t.rejects(content.checkMedia(appId, { openid, ...media }), refused('mediaUrl', 87020));
  faults.add({ match: {}, fault: { errcode: 40004 }, times: 1 });
  await t.rejects(content.checkMedia(appId, { openid, ...media }), refused('mediaType', 40004));
});

t.test('a code looks as asked for, and is told by its bytes', async (t) => {
  const { api } = await buildCalls(t);
  const { contentType, image } = await createWechatQrCodes(api).unlimited(appId, {
    scene: 'a=1',
    width: 1280,
    lineColor: { r: 1, g: 2, b: 3 },
    autoColor: false,
    isHyaline: true,
    envVersion: 'trial',
  });

  t.equal(contentType, 'image/png');
  t.equal(image.readUInt32BE(16), 1280, 'the width that was asked for');
});

t.test('a text is judged with its reasons, of which only the decided ones count', async (t) => {
  const { api, wechat, clock } = await buildCalls(t);
  const { openid } = wechat.issueLoginCode();
  const content = createWechatContentChecks(api);
  const check = (text: string) =>
    content.checkText(appId, { openid, content: text, scene: 'profile', signature: 'x' });

  t.match(await check('你好'), { suggest: 'pass', label: 100, details: [{ label: 100 }] });
  const risky = await check('一起赌博吧');
  t.match(risky, { suggest: 'risky', label: 20006, details: [{ keyword: '赌博' }] });
  t.equal(risky.details.length, 1, 'the strategy that failed is left out');
  t.match(risky.traceId, /^[0-9a-f]{32}$/);
  clock.setOffsetMs(7_201_000);
  await t.rejects(check('你好'), { code: 'WECHAT_USER_NOT_RECENT' });
});

t.test('WeChat telling an old key from the live one is an answer, not an error', async (t) => {
  const world = await buildCalls(t);
  const sessions = createWechatSessions(world.api);
  const { openid, signature } = userOf(world);

  t.equal(await sessions.check(appId, openid, signature), true);
  const next = await sessions.reset(appId, openid, signature);
  t.equal(await sessions.check(appId, openid, signature), false);
  t.equal(await sessions.check(appId, openid, sessionCrypto.sign(next)), true);
  await t.rejects(sessions.reset(appId, openid, signature), { code: 'WECHAT_SESSION_STALE' });
});

t.test('an error shows no token, no openid and no signature', async (t) => {
  const world = await buildCalls(t, { timeoutMs: 300 });
  const { openid, signature } = userOf(world);
  const sessions = createWechatSessions(world.api);
  const errors: string[] = [];
  for (const fault of [{ errcode: 48001 }, { status: 500 }, { corrupt: true }, { drop: true }]) {
    world.faults.add({ match: {}, fault, times: 3 });
    await sessions.reset(appId, openid, signature).catch((error: unknown) => {
      const { stack, cause } = error as Error;
      errors.push(`${stack} ${JSON.stringify(error)} ${String(cause)}`);
    });
    world.faults.clear();
  }

  t.equal(errors.length, 4);
  const { token } = world.wechat.tokens.currentStable(appId);
  for (const secret of [token, signature, openid]) t.notOk(errors.join().includes(secret));
});

t.test('an allowance that is used up here is not asked for at WeChat', async (t) => {
  const { api, quotas, countCalls } = await buildCalls(t);
  const spec: ApiCall<boolean> = {
    call: 'shortLink',
    method: 'POST',
    path: '/wxa/genwxashortlink',
    json: { page_url: 'pages/a', is_permanent: true },
    quota: ['shortLink', 'permanentShortLink'],
    isRepeatable: false,
    read: () => true,
  };
  await quotas.exhaust(appId, 'permanentShortLink');

  t.equal(await countCalls(spec.path, () => api.call(appId, spec)), 0);
  await t.rejects(api.call(appId, spec), {
    code: 'WECHAT_QUOTA_EXHAUSTED',
    data: { quota: 'permanentShortLink' },
  });
});

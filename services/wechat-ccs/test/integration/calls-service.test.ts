import { wechatCcs } from '@app/contracts';
import { encryptOpenData } from '@app/sandbox';
import { eventually, testNamespace } from '@app/testing';
import t from 'tap';
import { migratedDatabase, openRedis } from '../support/real-stores.ts';
import { startSandbox, WXMP, WXOA } from '../support/start-sandbox.ts';
import { startCaller, startService } from '../support/start-service.ts';

const { appId } = WXMP;
const { actions } = wechatCcs;

const { url, wechat, sandbox, faults } = await startSandbox(t);
const database = await migratedDatabase(t);
const namespace = testNamespace();
await openRedis(t, namespace);
const lines: string[] = [];
await startService(t, { namespace, database, wechatUrl: url, lines });
const { call } = await startCaller(t, namespace);

const admin = (...marks: string[]) => ({
  caller: { kind: 'admin', adminId: 'a-1', marks } as const,
});

const signIn = async () => {
  const { code, openid } = wechat.issueLoginCode();
  await call(actions.exchangeLoginCode, { code });
  return openid;
};

const open = (openid: string, data?: Record<string, unknown>) =>
  encryptOpenData(sandbox.state.wechat, { openid, ...(data === undefined ? {} : { data }) });

t.test(
  'data of the front end is opened with the key of the login, until WeChat rotates it',
  async (t) => {
    const openid = await signIn();
    const phone = { phoneNumber: '13812345678', purePhoneNumber: '13812345678', countryCode: '86' };

    const profile = await call(actions.decryptUserData, { openid, ...open(openid) });
    t.match(profile, { openid, data: { openId: openid, nickName: '微信用户' } });
    const { encryptedData, iv } = open(openid, phone);
    const opened = await call(actions.decryptUserData, { openid, encryptedData, iv });
    t.strictSame(opened.data, phone, 'a phone number of the old way');

    wechat.changeSettings(appId, { rotateSessionKey: true });
    const { code } = wechat.issueLoginCode({ openid });
    await t.rejects(call(actions.decryptUserData, { openid, ...open(openid) }), {
      code: 'WECHAT_USER_DATA_INVALID',
    });
    t.strictSame(await call(actions.checkSession, { openid }), { state: 'stale' });
    await call(actions.exchangeLoginCode, { code });
    t.ok(await call(actions.decryptUserData, { openid, ...open(openid) }));
  },
);

t.test('a session is checked and reset, and the key that was reset to opens data', async (t) => {
  const openid = await signIn();

  t.strictSame(await call(actions.checkSession, { openid }), { state: 'valid' });
  await call(actions.resetSession, { openid });
  t.strictSame(await call(actions.checkSession, { openid }), { state: 'valid' });
  t.ok(await call(actions.decryptUserData, { openid, ...open(openid) }));
  t.strictSame(await call(actions.checkSession, { openid: 'o-nobody' }), { state: 'none' });
});

t.test('params that WeChat would refuse are refused here, by name', async (t) => {
  const id = faults.add({ match: {}, fault: { status: 500 } });
  const openid = 'o-anna';
  const good = { encryptedData: 'A'.repeat(24), iv: `${'A'.repeat(22)}==` };
  const text = { openid, content: 'x', scene: 'forum' } as const;
  const media = { openid, mediaType: 'image', scene: 'forum' } as const;
  const cases = [
    [actions.createUnlimitedQrCode, { scene: '' }, 'scene'],
    [actions.createUnlimitedQrCode, { scene: 'a%20' }, 'scene'],
    [actions.createUnlimitedQrCode, { scene: '中' }, 'scene'],
    [actions.createUnlimitedQrCode, { scene: 'a'.repeat(33) }, 'scene'],
    [actions.createUnlimitedQrCode, { scene: 'a', page: '/pages/a' }, 'page'],
    [actions.createUnlimitedQrCode, { scene: 'a', page: 'pages/a?b=1' }, 'page'],
    [actions.createUnlimitedQrCode, { scene: 'a', width: 279 }, 'width'],
    [
      actions.createUnlimitedQrCode,
      { scene: 'a', lineColor: { r: 0, g: 0, b: 256 } },
      'lineColor.b',
    ],
    [actions.createQrCode, { path: '/pages/a' }, 'path'],
    [actions.createQrCode, { path: 'p'.repeat(1025) }, 'path'],
    [actions.createQrCode, { path: 'p', envVersion: 'beta' }, 'envVersion'],
    [actions.createSquareQrCode, { path: 'p'.repeat(129) }, 'path'],
    [actions.createUrlLink, { query: 'a=中' }, 'query'],
    [actions.createUrlScheme, { path: 'pages/a?b=1' }, 'path'],
    [actions.createUrlScheme, { expiresInDays: 31 }, 'expiresInDays'],
    [actions.createUrlScheme, { expiresAt: '2020-01-01T00:00:00.000Z' }, 'expiresAt'],
    [actions.createUrlScheme, { expiresAt: 'tomorrow' }, 'expiresAt'],
    [actions.createShortLink, { pageUrl: 'p'.repeat(1025) }, 'pageUrl'],
    [actions.checkText, { ...text, content: '' }, 'content'],
    [actions.checkText, { ...text, content: '字'.repeat(2501) }, 'content'],
    [actions.checkText, { ...text, signature: 'x' }, 'signature'],
    [actions.checkText, { ...text, scene: 'blog' }, 'scene'],
    [actions.checkMedia, { ...media, mediaUrl: 'http://a.example/a.png' }, 'mediaUrl'],
    [
      actions.checkMedia,
      { ...media, mediaUrl: 'https://a.example/', reference: 'a b' },
      'reference',
    ],
    [actions.decryptUserData, { openid, ...good, encryptedData: 'A B'.repeat(8) }, 'encryptedData'],
    [actions.decryptUserData, { openid, ...good, encryptedData: 'A'.repeat(25) }, 'encryptedData'],
    [actions.decryptUserData, { openid, ...good, iv: 'AAAA' }, 'iv'],
    [actions.decryptUserData, { openid, ...good, rawData: '{}' }, 'signature'],
  ] as const;

  for (const [action, params, field] of cases) {
    await t.rejects(
      call(action, params as never),
      { code: 'VALIDATION_FAILED', data: { errors: [{ field }] } },
      `${action.name} ${field}`,
    );
  }
  t.equal(faults.list().find((fault) => fault.id === id)?.hits, 0, 'WeChat was asked nothing');
  faults.remove(id);
});

t.test('codes, links and texts travel over the bus', async (t) => {
  const openid = await signIn();

  const { contentType, imageBase64 } = await call(actions.createUnlimitedQrCode, {
    scene: 'a=1',
    width: 1280,
  });
  t.equal(contentType, 'image/png');
  t.equal(Buffer.from(imageBase64, 'base64').subarray(1, 4).toString(), 'PNG');
  t.match(await call(actions.createQrCode, { path: 'pages/a' }), { contentType });
  t.match(await call(actions.createSquareQrCode, { path: 'pages/a' }), { contentType });
  t.match(await call(actions.createUrlScheme, {}), { urlScheme: /^weixin:\/\// });
  t.match(await call(actions.createUrlLink, { expiresInDays: 1 }), { urlLink: /^https:\/\// });
  t.match(await call(actions.createShortLink, { pageUrl: 'pages/a', pageTitle: '抽奖' }), {
    link: /^#小程序:\/\/抽奖\//,
  });
  t.match(await call(actions.checkText, { openid, content: '加微信', scene: 'comment' }), {
    suggest: 'review',
    label: 10001,
  });
});

t.test('a token that was replaced elsewhere costs no caller anything', async (t) => {
  await call(actions.createUrlLink, {});
  wechat.tokens.forceStable(appId);

  t.ok(await call(actions.createUrlLink, {}));
});

t.test('admins see what is left, and clear it: WeChat and we alike', async (t) => {
  wechat.changeSettings(appId, { limits: { linksPerDay: 0, quotaClearsPerMonth: 2 } });
  const linksLeft = async () => {
    const { items } = await call(actions.listQuotas, { appId }, admin('wechat:read'));
    return items.find(({ quota }) => quota === 'link')?.left;
  };
  const exhausted = { code: 'WECHAT_QUOTA_EXHAUSTED' };
  await t.rejects(call(actions.createUrlLink, {}), exhausted);
  t.equal(await linksLeft(), 0);
  await t.rejects(call(actions.clearQuota, { appId }, admin('wechat:read')), {
    code: 'ACTION_FORBIDDEN',
  });
  wechat.changeSettings(appId, { limits: { linksPerDay: 500_000 } });
  await t.rejects(call(actions.createUrlLink, {}), exhausted, 'still what we know');

  const cleared = await call(actions.clearQuota, { appId }, admin('wechat:write'));

  t.strictSame(cleared, { clearsLeft: 9 });
  t.equal(await linksLeft(), 500_000);
  t.ok(await call(actions.createUrlLink, {}));
  await call(actions.clearQuota, { appId, withSecret: true }, admin('wechat:write'));
  await t.rejects(call(actions.clearQuota, { appId, withSecret: true }, admin('wechat:write')), {
    code: 'WECHAT_QUOTA_EXHAUSTED',
    data: { quota: 'clearQuota' },
  });
  const { items } = await call(actions.listQuotas, { appId }, admin('wechat:read'));
  t.match(
    items.find(({ quota }) => quota === 'clearQuota'),
    { window: 'month', left: 0, max: 10 },
    'WeChat counts more than we do: somebody else cleared as well',
  );
  await t.rejects(call(actions.listQuotas, { appId: 'wx-none' }, admin('wechat:read')), {
    code: 'WECHAT_APP_UNKNOWN',
  });
  t.ok(await call(actions.clearQuota, { appId: WXOA.appId }, admin('wechat:write')));
});

t.test('a clear that is sent twice with one key costs one of the ten', async (t) => {
  const { appId: account } = WXOA;
  const options = { ...admin('wechat:write'), idempotencyKey: 'clear-today-1' };
  const before = wechat.quota.used(`${account} quota-clear`, 'month');

  const answers = await Promise.all([
    call(actions.clearQuota, { appId: account }, options),
    call(actions.clearQuota, { appId: account }, options),
  ]);

  t.strictSame(answers[0], answers[1]);
  t.equal(wechat.quota.used(`${account} quota-clear`, 'month') - before, 1);
});

t.test('no session key, token, secret or opened data is in any log line', async (t) => {
  lines.length = 0;
  const openid = await signIn();
  const phone = { purePhoneNumber: '13712345678', phoneNumber: '13712345678', countryCode: '86' };
  const { encryptedData, iv } = open(openid, phone);
  const secrets = [WXMP.secret, phone.purePhoneNumber, wechat.findUser(appId, openid)!.sessionKey];

  await call(actions.decryptUserData, { openid, encryptedData, iv });
  await call(actions.checkSession, { openid });
  await call(actions.resetSession, { openid });
  secrets.push(wechat.findUser(appId, openid)!.sessionKey);
  secrets.push(wechat.tokens.currentStable(appId).token);
  for (const fault of [{ errcode: 48001 }, { corrupt: true }, { drop: true }]) {
    const id = faults.add({ match: { path: '/wxa/*' }, fault });
    await call(actions.resetSession, { openid }).catch(() => undefined);
    faults.remove(id);
  }

  await eventually(() => lines.length >= 6);
  const output = lines.join('\n');
  for (const secret of secrets) t.notOk(output.includes(secret), secret.slice(0, 4));
});

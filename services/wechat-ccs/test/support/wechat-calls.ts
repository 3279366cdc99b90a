import { createWechatContentChecks } from '../../src/service/client/wechat-content-checks.ts';
import { createWechatLinks } from '../../src/service/client/wechat-links.ts';
import { createWechatQrCodes } from '../../src/service/client/wechat-qr-codes.ts';
import { createWechatSessions } from '../../src/service/client/wechat-sessions.ts';
import { sessionCrypto } from '../../src/service/client/session-crypto.ts';
import type { buildCalls } from './calls-world.ts';
import { WXMP } from './start-sandbox.ts';

const { appId } = WXMP;
export const DAYS_30 = { kind: 'days', days: 30 } as const;

export type World = Awaited<ReturnType<typeof buildCalls>>;

export interface Call {
  readonly path: string;
  readonly isRepeatable: boolean;
  readonly run: (world: World) => Promise<unknown>;
}

export const userOf = ({ wechat }: World) => {
  const { openid } = wechat.issueLoginCode({ openid: 'o-anna' });
  const { sessionKey } = wechat.findUser(appId, openid)!;
  return { openid, signature: sessionCrypto.sign(sessionKey) };
};

/** Every call with params that WeChat takes. */
export const calls: Readonly<Record<string, Call>> = {
  checkSession: {
    path: '/wxa/checksession',
    isRepeatable: true,
    run(world) {
      const { openid, signature } = userOf(world);
      return createWechatSessions(world.api).check(appId, openid, signature);
    },
  },
  resetSession: {
    path: '/wxa/resetusersessionkey',
    isRepeatable: false,
    run(world) {
      const { openid, signature } = userOf(world);
      return createWechatSessions(world.api).reset(appId, openid, signature);
    },
  },
  unlimitedQrCode: {
    path: '/wxa/getwxacodeunlimit',
    isRepeatable: true,
    run: ({ api }) => createWechatQrCodes(api).unlimited(appId, { scene: 'a=1' }),
  },
  qrCode: {
    path: '/wxa/getwxacode',
    isRepeatable: false,
    run: ({ api }) => createWechatQrCodes(api).limited(appId, { path: 'pages/a?b=1' }),
  },
  squareQrCode: {
    path: '/cgi-bin/wxaapp/createwxaqrcode',
    isRepeatable: false,
    run: ({ api }) => createWechatQrCodes(api).square(appId, { path: 'pages/a' }),
  },
  urlScheme: {
    path: '/wxa/generatescheme',
    isRepeatable: false,
    run: ({ api }) => createWechatLinks(api).createUrlScheme(appId, { life: DAYS_30 }),
  },
  urlLink: {
    path: '/wxa/generate_urllink',
    isRepeatable: false,
    run: ({ api }) => createWechatLinks(api).createUrlLink(appId, { life: DAYS_30 }),
  },
  shortLink: {
    path: '/wxa/genwxashortlink',
    isRepeatable: false,
    run: ({ api }) =>
      createWechatLinks(api).createShortLink(appId, { pageUrl: 'pages/a', isPermanent: false }),
  },
  checkText: {
    path: '/wxa/msg_sec_check',
    isRepeatable: true,
    run(world) {
      const { openid } = userOf(world);
      const text = { openid, content: '你好', scene: 'comment' } as const;
      return createWechatContentChecks(world.api).checkText(appId, text);
    },
  },
  checkMedia: {
    path: '/wxa/media_check_async',
    isRepeatable: false,
    run(world) {
      const { openid } = userOf(world);
      return createWechatContentChecks(world.api).checkMedia(appId, {
        openid,
        mediaUrl: 'https://img.example.com/a.png',
        mediaType: 'image',
        scene: 'forum',
      });
    },
  },
};

import type { LinkLife } from '../../domain/link-life.ts';
import type { ApiCall, Links, LinkTarget, WechatApi } from '../../service.ts';
import { refusingFields } from './refused-fields.ts';
import { fieldsOf, isText } from './wechat-answer.ts';

const lifeOf = (life: LinkLife) =>
  life.kind === 'until'
    ? { expire_type: 0, expire_time: life.atSeconds }
    : { expire_type: 1, expire_interval: life.days };

const targetOf = ({ path, query, envVersion }: LinkTarget) => ({
  path,
  query,
  env_version: envVersion,
});

const refusals = (life: LinkLife) =>
  refusingFields({
    40165: ['path', 'is refused by WeChat'],
    40212: ['query', 'is refused by WeChat'],
    85401: [life.kind === 'until' ? 'expiresAt' : 'expiresInDays', 'is refused by WeChat'],
    85402: ['envVersion', 'is refused by WeChat'],
  });

const textIn = (name: string): ApiCall<string>['read'] =>
  fieldsOf((fields) => {
    const text = fields[name];
    return isText(text) ? text : undefined;
  });

/** Reference, 6. Every answer is a new link that counts, so a lost one is not asked for again. */
export const createWechatLinks = (api: WechatApi): Links => ({
  createUrlScheme: (appId, target) =>
    api.call(appId, {
      call: 'urlScheme',
      method: 'POST',
      path: '/wxa/generatescheme',
      json: { jump_wxa: targetOf(target), is_expire: true, ...lifeOf(target.life) },
      quota: 'link',
      isRepeatable: false,
      read: textIn('openlink'),
      onRefusal: refusals(target.life),
    }),

  createUrlLink: (appId, target) =>
    api.call(appId, {
      call: 'urlLink',
      method: 'POST',
      path: '/wxa/generate_urllink',
      json: { ...targetOf(target), ...lifeOf(target.life) },
      quota: 'link',
      isRepeatable: false,
      read: textIn('url_link'),
      onRefusal: refusals(target.life),
    }),

  createShortLink: (appId, { pageUrl, pageTitle, isPermanent }) =>
    api.call(appId, {
      call: 'shortLink',
      method: 'POST',
      path: '/wxa/genwxashortlink',
      json: { page_url: pageUrl, page_title: pageTitle, is_permanent: isPermanent },
      quota: isPermanent ? ['shortLink', 'permanentShortLink'] : 'shortLink',
      isRepeatable: false,
      read: textIn('link'),
      onRefusal: refusingFields({
        40066: ['pageUrl', 'is refused by WeChat'],
        40225: ['pageTitle', 'is refused by WeChat'],
      }),
    }),
});

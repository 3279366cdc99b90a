import type { Upstream } from '@app/runtime';
import type { TokenCheck } from '../../service.ts';
import { repeat } from './repeat.ts';
import { whenHarmless } from './repeat-rules.ts';
import { exchange } from './wechat-exchange.ts';

/** WeChat looks at the token first: an unknown or forbidden path says that the token was good. */
const GOOD_TOKEN_ERRCODES = new Set([76021, 76022]);

const TIMEOUT_MS = 3000;

/** `quota/get` fetches, spends and changes nothing (reference, 3.2). */
export const createWechatTokenCheck = (upstream: Upstream): TokenCheck => ({
  async isAccepted(accessToken) {
    const { kind } = await repeat(
      () =>
        exchange(
          upstream,
          'quotaInfo',
          {
            method: 'POST',
            path: '/cgi-bin/openapi/quota/get',
            query: { access_token: accessToken },
            secretQueryKeys: ['access_token'],
            json: { cgi_path: '/cgi-bin/stable_token' },
            timeoutMs: TIMEOUT_MS,
          },
          {
            read: (reply) => (reply.kind === 'fields' ? true : undefined),
            onRefusal: (errcode) => (GOOD_TOKEN_ERRCODES.has(errcode) ? true : undefined),
          },
        ),
      whenHarmless,
    );
    return kind === 'answer';
  },
});

import { assert } from '@app/kernel';
import type { Upstream } from '@app/runtime';
import type { CredentialTrial } from '../../service.ts';
import { repeat } from './repeat.ts';
import { whenHarmless } from './repeat-rules.ts';
import { fieldsOf, readToken } from './wechat-answer.ts';
import { exchange } from './wechat-exchange.ts';

const TIMEOUT_MS = 3000;

/**
 * `stable_token` without force, also for apps with classic tokens: the kinds do not touch each
 * other, while a classic fetch would end the token in use (reference, 3.1).
 */
export const createWechatTrial = (upstream: Upstream): CredentialTrial => ({
  run: (appId, secret) =>
    repeat(async () => {
      const { kind } = await exchange(
        upstream,
        'token',
        {
          method: 'POST',
          path: '/cgi-bin/stable_token',
          json: { grant_type: 'client_credential', appid: appId, secret },
          timeoutMs: TIMEOUT_MS,
        },
        { read: fieldsOf(readToken) },
      );
      assert(kind === 'answer', 'a call without an access token cannot have it refused');
    }, whenHarmless),
});

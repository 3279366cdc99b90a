import { assert, isError } from '@app/kernel';
import type { Upstream } from '@app/runtime';
import { adviceFor, fieldOfErrcode, type Language } from '../../domain/errcode-advice.ts';
import { refusalOf, wechatCcsError } from '../../errors.ts';
import type { CredentialTrial } from '../../service.ts';
import { repeat } from './repeat.ts';
import { whenHarmless } from './repeat-rules.ts';
import { fieldsOf, readToken } from './wechat-answer.ts';
import { exchange } from './wechat-exchange.ts';

const TIMEOUT_MS = 3000;

/** The refusal as the fault of a field; anything else passes as it is. */
const explained = (error: unknown, appId: string, language: Language): unknown => {
  const { errcode, callerIp } = refusalOf(error);
  if (errcode === null || !isError(error, 'UPSTREAM_WECHAT_REJECTED')) return error;
  const problem = {
    field: fieldOfErrcode(errcode),
    rule: `errcode_${errcode}`,
    message: adviceFor(errcode, callerIp, language),
  };
  return wechatCcsError('WECHAT_APP_REFUSED', {
    message: `WeChat answered ${errcode} to the trial of ${appId}`,
    data: { errcode, callerIp, errors: [problem] },
  });
};

/**
 * `stable_token` without force, also for apps with classic tokens: the kinds do not touch each
 * other, while a classic fetch would end the token in use (reference, 3.1).
 */
export const createWechatTrial = (upstream: Upstream): CredentialTrial => {
  const fetchOnce = async (appId: string, secret: string): Promise<void> => {
    const request = {
      method: 'POST',
      path: '/cgi-bin/stable_token',
      json: { grant_type: 'client_credential', appid: appId, secret },
      timeoutMs: TIMEOUT_MS,
    } as const;
    const { kind } = await exchange(upstream, 'token', request, { read: fieldsOf(readToken) });
    assert(kind === 'answer', 'a call without an access token cannot have it refused');
  };
  return {
    async run(appId, secret, language) {
      try {
        await repeat(() => fetchOnce(appId, secret), whenHarmless);
      } catch (error) {
        throw explained(error, appId, language);
      }
    },
  };
};

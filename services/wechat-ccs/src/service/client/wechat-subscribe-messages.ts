import { CONCURRENT_SEND, finalErrcodes, type Verdict } from '../../domain/subscribe-message.ts';
import { wechatCcsError } from '../../errors.ts';
import type { SubscribeSender, WechatApi } from '../../service.ts';
import { fieldsOf, isText } from './wechat-answer.ts';
import { mayHaveHappened } from './wechat-exchange.ts';

const CALL = 'sendSubscribeMessage';

const onRefusal = (errcode: number, rid: string, field?: string): Verdict | undefined => {
  if (errcode === CONCURRENT_SEND) {
    throw wechatCcsError('WECHAT_MESSAGE_CONCURRENT', {
      message: `WeChat answered ${errcode} to ${CALL}, rid ${rid}`,
      data: { errcode },
    });
  }
  return finalErrcodes.has(errcode)
    ? { status: 'refused', errcode, field: field ?? null }
    : undefined;
};

/** Documented nowhere, but seen in answers: a number of up to 19 digits. */
const msgIdOf = (value: unknown): string | null => {
  const text = isText(value) || typeof value === 'number' ? String(value) : '';
  return /^\d{1,32}$/.test(text) ? text : null;
};

/** Without `errcode: 0` it is not the answer of this call, and what became of it is not known. */
const read = fieldsOf(({ errcode, msgid }): Verdict | undefined =>
  errcode === 0 ? { status: 'sent', msgId: msgIdOf(msgid) } : undefined,
);

/** Reference, section 7. */
export const createWechatSubscribeMessages = (api: WechatApi): SubscribeSender => ({
  async send(appId, { openid, templateId, page, data, state, lang }) {
    const json = {
      touser: openid,
      template_id: templateId,
      ...(page === null ? {} : { page }),
      data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, { value }])),
      miniprogram_state: state,
      lang,
    };
    const path = '/cgi-bin/message/subscribe/send';
    try {
      return await api.call<Verdict>(appId, {
        call: CALL,
        method: 'POST',
        path,
        json,
        isRepeatable: false,
        read,
        onRefusal,
      });
    } catch (error) {
      if (mayHaveHappened(error, CALL)) return { status: 'unknown' };
      throw error;
    }
  },
});

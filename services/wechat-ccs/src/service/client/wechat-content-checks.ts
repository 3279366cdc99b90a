import { isSuggest, mediaTypeNumbers, sceneNumbers } from '../../domain/content.ts';
import { wechatCcsError } from '../../errors.ts';
import type { ContentChecks, TextDetail, TextVerdict, WechatApi } from '../../service.ts';
import { refusingFields } from './refused-fields.ts';
import { asRecord, fieldsOf, isText } from './wechat-answer.ts';

const VERSION = 2;
const VISIT_TOO_OLD = 61010;

const openidRefused = ['openid', 'is no user of this app'] as const;

const refusals = (others: Parameters<typeof refusingFields>[0] = {}) => {
  const refuse = refusingFields({ 40003: openidRefused, 43104: openidRefused, ...others });
  return (errcode: number): undefined => {
    if (errcode === VISIT_TOO_OLD) throw wechatCcsError('WECHAT_USER_NOT_RECENT');
    refuse(errcode);
    return undefined;
  };
};

const isLabel = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value);

/** An entry counts only when its own errcode is 0 (reference, 8). */
const readDetail = (entry: unknown): readonly TextDetail[] => {
  const { errcode, strategy, suggest, label, keyword, prob } = asRecord(entry) ?? {};
  if (errcode !== 0 || !isText(strategy) || !isSuggest(suggest) || !isLabel(label)) return [];
  return [
    {
      strategy,
      suggest,
      label,
      keyword: isText(keyword) ? keyword : null,
      probability: typeof prob === 'number' ? prob : null,
    },
  ];
};

const readTraceId = (traceId: unknown): string | undefined =>
  isText(traceId) && traceId.length <= 128 ? traceId : undefined;

const readVerdict = (fields: Readonly<Record<string, unknown>>): TextVerdict | undefined => {
  const { suggest, label } = asRecord(fields['result']) ?? {};
  const traceId = readTraceId(fields['trace_id']);
  if (!isSuggest(suggest) || !isLabel(label) || traceId === undefined) return undefined;
  const { detail } = fields;
  return {
    suggest,
    label,
    traceId,
    details: Array.isArray(detail) ? detail.flatMap(readDetail) : [],
  };
};

/** Reference, 8. A text may be looked at twice; a picture has one trace id per question. */
export const createWechatContentChecks = (api: WechatApi): ContentChecks => ({
  checkText: (appId, { scene, ...text }) =>
    api.call(appId, {
      call: 'checkText',
      method: 'POST',
      path: '/wxa/msg_sec_check',
      json: { ...text, scene: sceneNumbers[scene], version: VERSION },
      quota: 'checkText',
      isRepeatable: true,
      read: fieldsOf(readVerdict),
      onRefusal: refusals(),
    }),

  checkMedia: (appId, { openid, mediaUrl, mediaType, scene }) =>
    api.call(appId, {
      call: 'checkMedia',
      method: 'POST',
      path: '/wxa/media_check_async',
      json: {
        openid,
        media_url: mediaUrl,
        media_type: mediaTypeNumbers[mediaType],
        scene: sceneNumbers[scene],
        version: VERSION,
      },
      quota: 'checkMedia',
      isRepeatable: false,
      read: fieldsOf((fields) => readTraceId(fields['trace_id'])),
      onRefusal: refusals({
        40004: ['mediaType', 'is refused by WeChat'],
        87020: ['mediaUrl', 'was checked too often'],
      }),
    }),
});

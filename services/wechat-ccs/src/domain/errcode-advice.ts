export type Language = 'zh-CN' | 'en';

interface Advice {
  /** The field of an account's configuration that is to be mended. */
  readonly field: 'appId' | 'secret';
  readonly 'zh-CN': string;
  readonly en: string;
}

const wrongSecret: Advice = {
  field: 'secret',
  'zh-CN': 'AppSecret 错误或已重置：在公众平台 开发设置 中核对，用 PATCH 提交新的 secret',
  en: 'the AppSecret is wrong or was reset: look it up in the console (development settings) and PATCH the new one',
};

/** What the refusal of a token fetch asks an operator to do (reference, 0 and 3.1). */
const advices: Readonly<Record<number, Advice>> = {
  40001: wrongSecret,
  40125: wrongSecret,
  40013: {
    field: 'appId',
    'zh-CN': 'AppID 不存在：核对 AppID',
    en: 'there is no such app id: check it',
  },
  40164: {
    field: 'secret',
    'zh-CN': '出口 IP 不在白名单：在公众平台 开发设置 → IP 白名单 中添加 {ip}',
    en: 'our address is not whitelisted: console → development settings → IP whitelist: add {ip}',
  },
  40243: {
    field: 'secret',
    'zh-CN': 'AppSecret 已冻结：在公众平台解冻',
    en: 'the AppSecret is frozen: unfreeze it in the console',
  },
  45009: {
    field: 'secret',
    'zh-CN': '今日获取 token 的次数已用完：等待北京时间零点，并找出谁在重复获取',
    en: "today's token fetches are used up: wait for midnight in Beijing and find who else fetches",
  },
  50004: {
    field: 'appId',
    'zh-CN': '该帐号被禁止使用 token 接口：在公众平台查看帐号状态',
    en: 'the account may not use the token interface: see its state in the console',
  },
  50007: {
    field: 'appId',
    'zh-CN': '帐号已冻结：在公众平台查看帐号状态',
    en: 'the account is frozen: see its state in the console',
  },
  89503: {
    field: 'secret',
    'zh-CN': '等待管理员在微信中确认本次调用的 IP',
    en: "the account's admin must confirm our address: answer the message in WeChat",
  },
  89506: {
    field: 'secret',
    'zh-CN': '管理员拒绝了该 IP：24 小时后再试',
    en: "the account's admin refused our address: wait 24 hours",
  },
  89507: {
    field: 'secret',
    'zh-CN': '管理员拒绝了该 IP：1 小时后再试',
    en: "the account's admin refused our address: wait an hour",
  },
};

const unlisted: Advice = {
  field: 'secret',
  'zh-CN': '见运维手册 wechat-tokens 与微信文档中的该错误码',
  en: 'see this errcode in the runbook wechat-tokens and in the vendor documents',
};

const unreachable = {
  'zh-CN': '无法连接微信或其应答无效：检查出网与 DNS，稍后会自动重试',
  en: 'WeChat cannot be reached or answers garbage: check egress and DNS; it is tried again by itself',
} as const;

const elsewhere = { 'zh-CN': '出口 IP', en: 'our egress address' } as const;

export const fieldOfErrcode = (errcode: number): 'appId' | 'secret' =>
  (advices[errcode] ?? unlisted).field;

/** What to do about a failed token fetch. @param callerIp as WeChat named it with 40164 */
export const adviceFor = (
  errcode: number | null,
  callerIp: string | null,
  language: Language,
): string =>
  errcode === null
    ? unreachable[language]
    : (advices[errcode] ?? unlisted)[language].replace('{ip}', callerIp ?? elsewhere[language]);

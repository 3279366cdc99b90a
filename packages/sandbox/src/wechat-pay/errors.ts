/** A refusal of the real host: HTTP status, `code`, and what is wrong (reference: Pay, 14). */
export class PayError extends Error {
  override readonly name = 'PayError';
  readonly status: number;
  readonly code: string;
  readonly detail: object | undefined;

  constructor(status: number, code: string, message: string, detail?: object) {
    super(message);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}

/** A parameter that is missing, unknown or not what it must be; `location` is body, query or path. */
export const parameterError = (
  field: string,
  issue: string,
  location: 'body' | 'query' | 'path' = 'body',
): PayError =>
  new PayError(400, 'PARAM_ERROR', `参数错误: ${field} ${issue}`, { field, issue, location });

export const signError = (issue: string): PayError =>
  new PayError(401, 'SIGN_ERROR', `签名错误: ${issue}`, { field: 'signature', issue });

/** The statuses of codes that faults may ask for by name. */
const statuses: Readonly<Record<string, number>> = {
  PARAM_ERROR: 400,
  INVALID_REQUEST: 400,
  APPID_MCHID_NOT_MATCH: 400,
  MCH_NOT_EXISTS: 400,
  ORDER_CLOSED: 400,
  ORDERPAID: 400,
  NO_STATEMENT_EXIST: 400,
  STATEMENT_CREATING: 400,
  SIGN_ERROR: 401,
  NO_AUTH: 403,
  OUT_TRADE_NO_USED: 403,
  NOT_ENOUGH: 403,
  RULE_LIMIT: 403,
  TRADE_ERROR: 403,
  ACCOUNT_ERROR: 403,
  USER_ACCOUNT_ABNORMAL: 403,
  ORDER_NOT_EXIST: 404,
  RESOURCE_NOT_EXISTS: 404,
  FREQUENCY_LIMITED: 429,
  RATELIMIT_EXCEEDED: 429,
  SYSTEM_ERROR: 500,
  BANK_ERROR: 500,
  OPENID_MISMATCH: 500,
  SERVICE_UNAVAILABLE: 503,
};

export const statusOf = (code: string): number => statuses[code] ?? 500;

/** Generations of the API differ in how they spell a code (14.2); the switch flips them. */
const twins: readonly (readonly [string, string])[] = [
  ['SYSTEM_ERROR', 'SYSTEMERROR'],
  ['ORDER_NOT_EXIST', 'ORDERNOTEXIST'],
  ['NO_AUTH', 'NOAUTH'],
  ['NOT_ENOUGH', 'NOTENOUGH'],
  ['RULE_LIMIT', 'RULELIMIT'],
  ['ACCOUNT_ERROR', 'ACCOUNTERROR'],
  ['BANK_ERROR', 'BANKERROR'],
  ['ORDER_PAID', 'ORDERPAID'],
  ['ORDER_CLOSED', 'ORDERCLOSED'],
];

export const spell = (code: string, spelling: 'usual' | 'other'): string => {
  if (spelling === 'usual') return code;
  const pair = twins.find((names) => names.includes(code));
  return pair?.find((name) => name !== code) ?? code;
};

import { parameterError, PayError } from './errors.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Reads the fields of one object and refuses those nobody asked for. */
export interface Reader {
  text(name: string, rule: { min?: number; max: number; pattern?: RegExp }): string;
  optionalText(
    name: string,
    rule: { min?: number; max: number; pattern?: RegExp },
  ): string | undefined;
  integer(name: string, rule: { min: number }): number;
  optionalBoolean(name: string): boolean | undefined;
  object(name: string): Reader;
  optionalObject(name: string): Reader | undefined;
  optionalList(name: string): readonly unknown[] | undefined;
  /** Call it last: a field that was not read is an illegal extra parameter. */
  end(): void;
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const createReader = (fields: Fields, path = ''): Reader => {
  const seen = new Set<string>();
  const nameOf = (name: string): string => `${path}${name}`;
  const take = (name: string): unknown => {
    seen.add(name);
    return fields[name];
  };
  const checkText: Reader['text'] = (name, { min = 1, max, pattern }) => {
    const value = take(name);
    if (typeof value !== 'string') throw parameterError(nameOf(name), '必须是字符串');
    const length = Array.from(value).length;
    if (length < min || length > max) throw parameterError(nameOf(name), '长度不符合规则');
    if (pattern !== undefined && !pattern.test(value))
      throw parameterError(nameOf(name), '格式不符合规则');
    return value;
  };
  const reader: Reader = {
    text: checkText,
    optionalText: (name, rule) => (take(name) === undefined ? undefined : checkText(name, rule)),
    integer(name, { min }) {
      const value = take(name);
      if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min) {
        throw parameterError(nameOf(name), `必须是不小于 ${min} 的整数`);
      }
      return value;
    },
    optionalBoolean(name) {
      const value = take(name);
      if (value !== undefined && typeof value !== 'boolean')
        throw parameterError(nameOf(name), '必须是布尔值');
      return value;
    },
    object(name) {
      const value = take(name);
      if (!isObject(value)) throw parameterError(nameOf(name), '必须是对象');
      return createReader(value, `${nameOf(name)}.`);
    },
    optionalObject: (name) => (take(name) === undefined ? undefined : reader.object(name)),
    optionalList(name) {
      const value = take(name);
      if (value === undefined) return undefined;
      if (!Array.isArray(value) || value.length === 0)
        throw parameterError(nameOf(name), '必须是非空数组');
      return value as readonly unknown[];
    },
    end() {
      const extra = Object.keys(fields).find((name) => !seen.has(name));
      if (extra !== undefined) throw parameterError(nameOf(extra), '是非法的多余参数');
    },
  };
  return reader;
};

/** The JSON body of a POST. */
export const readBody = (raw: Buffer): Reader => {
  let value: unknown;
  try {
    value = JSON.parse(raw.toString('utf8'));
  } catch {
    throw new PayError(400, 'PARAM_ERROR', '请求体不是合法的 JSON');
  }
  if (!isObject(value)) throw new PayError(400, 'PARAM_ERROR', '请求体必须是 JSON 对象');
  return createReader(value);
};

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?(Z|[+-]\d{2}:\d{2})$/;

/** Milliseconds of an RFC 3339 time with its offset. */
export const readTime = (name: string, value: string): number => {
  const ms = RFC3339.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(ms)) throw parameterError(name, '不是 RFC 3339 时间');
  return ms;
};

/** https, no query (reference 6.1); plain http only towards this machine, where there is no TLS. */
export const readNotifyUrl = (reader: Reader, max: number): string | undefined => {
  const value = reader.optionalText('notify_url', { max });
  if (value === undefined) return undefined;
  let url: URL;
  try {
    url = new URL(value);
  } catch {
    throw parameterError('notify_url', '不是合法的 URL');
  }
  const isLocal = url.protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(url.hostname);
  if (url.protocol !== 'https:' && !isLocal) throw parameterError('notify_url', '必须是 https');
  if (url.search !== '' || value.includes('?'))
    throw parameterError('notify_url', '不能带查询参数');
  return value;
};

const BEIJING_OFFSET_MS = 8 * 3_600_000;

/** The vendor's own form: Beijing time, whole seconds. */
export const toBeijingTime = (ms: number): string =>
  `${new Date(ms + BEIJING_OFFSET_MS).toISOString().slice(0, 19)}+08:00`;

/** The calendar day in Beijing, `YYYY-MM-DD`. */
export const beijingDay = (ms: number): string =>
  new Date(ms + BEIJING_OFFSET_MS).toISOString().slice(0, 10);

export const beijingHour = (ms: number): number => new Date(ms + BEIJING_OFFSET_MS).getUTCHours();

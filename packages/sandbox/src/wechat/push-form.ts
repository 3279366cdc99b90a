/** A message by WeChat's names; ids of more than 15 digits are text. */
export type PushFields = Readonly<Record<string, unknown>>;

export type PushFormat = 'json' | 'xml';

/** Ids that stand as bare numbers in JSON, though no double holds them. */
const bareIds = /"(MsgId|MsgID)":"(\d+)"/g;

const toJson = (fields: PushFields): string => JSON.stringify(fields).replace(bareIds, '"$1":$2');

const isObject = (value: unknown): value is PushFields =>
  typeof value === 'object' && value !== null;

/** Text in CDATA, which cannot hold its own end; numbers bare; a list is its name repeated. */
const element = (name: string, value: unknown): string => {
  if (Array.isArray(value)) return value.map((one) => element(name, one)).join('');
  const inner = isObject(value)
    ? Object.entries(value)
        .map(([child, of]) => element(child, of))
        .join('')
    : typeof value === 'number' || /^\d{16,}$/.test(String(value))
      ? String(value)
      : `<![CDATA[${String(value).replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
  return `<${name}>${inner}</${name}>`;
};

export const writePush = (fields: PushFields, format: PushFormat): string =>
  format === 'json' ? toJson(fields) : element('xml', fields);

export const contentTypes: Readonly<Record<PushFormat, string>> = {
  json: 'application/json',
  xml: 'text/xml',
};

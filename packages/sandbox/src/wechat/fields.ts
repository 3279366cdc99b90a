import { WechatError } from './errors.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Fields of a body by type: one of another type, or a missing one that must be there, is 47001. */

export const textOf = (fields: Fields, name: string): string | undefined => {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw new WechatError(47001, `data format error: ${name}`);
  return value;
};

export const requiredText = (fields: Fields, name: string): string => {
  const value = textOf(fields, name);
  if (value === undefined) throw new WechatError(47001, `data format error: ${name} is missing`);
  return value;
};

export const booleanOf = (fields: Fields, name: string): boolean | undefined => {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'boolean') throw new WechatError(47001, `data format error: ${name}`);
  return value;
};

export const integerOf = (fields: Fields, name: string): number | undefined => {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (!Number.isInteger(value)) throw new WechatError(47001, `data format error: ${name}`);
  return value as number;
};

export const objectOf = (fields: Fields, name: string): Fields | undefined => {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new WechatError(47001, `data format error: ${name}`);
  return value as Fields;
};

/** Refuses names of an inner object outside the list. */
export const refuseOthers = (fields: Fields, names: readonly string[]): void => {
  const other = Object.keys(fields).find((name) => !names.includes(name));
  if (other !== undefined)
    throw new WechatError(47001, `data format error: unknown field ${other}`);
};

/** What a query of a link may hold (reference 6). */
export const isLinkQuery = (query: string): boolean =>
  query.length <= 1024 && /^[0-9A-Za-z!#$&'()*+,/:;=?@\-._~%]*$/.test(query);

const ENV_VERSIONS: readonly (string | undefined)[] = [undefined, 'release', 'trial', 'develop'];

export const isEnvVersion = (text: string | undefined): boolean => ENV_VERSIONS.includes(text);

/** `/pages/index?x=1` → `pages/index`, the form in which pages are configured. */
export const pageOf = (path: string): string => (path.split('?', 1)[0] ?? '').replace(/^\//, '');

import { sha256Hex } from '@app/kernel';

/** `(noun, id, field?)` → `<service>:<noun>:<id>[:<field>]`; throws on a part that would break that form. */
export type Keys = (noun: string, id: string, field?: string) => string;

const NAME = /^[a-z][a-z0-9-]{0,62}$/;
// No colon (separator), no braces (hash tags), no glob characters, nothing invisible.
const PART = /^[A-Za-z0-9_.~@+=,-]{1,200}$/;

const refuse = (what: string, value: string, form: string): never => {
  throw new TypeError(`a Redis key's ${what} must be ${form}, got ${JSON.stringify(value)}`);
};

/**
 * The only place where keys are made, so that a service cannot reach into another's and a value
 * from outside cannot forge a part of a key.
 */
export const createKeys = (service: string): Keys => {
  if (!NAME.test(service)) refuse('service', service, 'a kebab-case name');
  return (noun, id, field) => {
    if (!NAME.test(noun)) refuse('noun', noun, 'a kebab-case name');
    if (!PART.test(id)) refuse('id', id, '1-200 of [A-Za-z0-9_.~@+=,-] (see keyPart)');
    if (field === undefined) return `${service}:${noun}:${id}`;
    if (!PART.test(field)) refuse('field', field, '1-200 of [A-Za-z0-9_.~@+=,-] (see keyPart)');
    return `${service}:${noun}:${id}:${field}`;
  };
};

/**
 * Text from outside (an IPv6 address, a code) as part of a key: itself where it is safe, else its
 * SHA-256, which no two different texts share.
 */
export const keyPart = (text: string): string =>
  PART.test(text) && text.length < 64 ? text : sha256Hex(text);

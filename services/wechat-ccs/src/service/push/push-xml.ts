import { XMLParser } from 'fast-xml-parser';
import type { PushFields } from '../../domain/push-message.ts';

/** Messages nest four deep at most; this leaves room and spares the stack. */
export const DEPTH_MAX = 16;

/**
 * Everything that is not elements, text and CDATA has no place in a message: a document type brings
 * entities, a comment could hide where CDATA begins, an instruction is for nobody.
 */
const FOREIGN = /<[!?]|&(?!(?:lt|gt|amp|quot|apos);)/;
const DECLARATION = /^\s*<\?xml\s[^<>?]*\?>/;
/**
 * A message has a few dozen. The parser's time grows with the square of the elements side by side:
 * 64,000 of them, in a text of this size that anybody may send, take it most of a minute.
 */
const TAGS_MAX = 2000;
const TAG = /<(\/?)([A-Za-z_][A-Za-z0-9_.-]*)\s*(\/?)>/g;
/** Something that cannot be part of a tag, so that none arises where CDATA was taken out. */
const CDATA_STOOD_HERE = '"';
const CDATA_START = '<![CDATA[';
const CDATA_END = ']]>';
const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  cdataPropName: '#cdata',
  processEntities: { enabled: true, maxEntityCount: 1 },
  htmlEntities: false,
  maxNestedTags: DEPTH_MAX,
});

/** What the parser gives: one object per piece, its only name says what it is. */
type Node = Readonly<Record<string, unknown>>;

class NoMessageError extends Error {
  override readonly name = 'NoMessageError';
}

/** The fields below the root; `undefined` when it is no XML of the kind that WeChat sends. */
export const readXml = (text: string): PushFields | undefined => {
  const document = text.replace(DECLARATION, '');
  const markup = withoutCdata(document);
  if (FOREIGN.test(markup) || !isBalanced(markup)) return undefined;
  try {
    const roots = (parser.parse(document) as readonly Node[]).filter((node) => !isBlank(node));
    const [root, more] = roots;
    if (root === undefined || more !== undefined) return undefined;
    const value = valueOf(contentOf(root).children);
    return typeof value === 'object' ? value : undefined;
  } catch {
    // The parser gives its reasons as errors of no particular kind; all of them mean the same here.
    return undefined;
  }
};

/** In one pass, which a regular expression does not promise: strangers may send this text. */
const withoutCdata = (text: string): string => {
  const kept: string[] = [];
  let from = 0;
  for (;;) {
    const start = text.indexOf(CDATA_START, from);
    const end = start === -1 ? -1 : text.indexOf(CDATA_END, start);
    if (end === -1) break;
    kept.push(text.slice(from, start));
    from = end + CDATA_END.length;
  }
  kept.push(text.slice(from));
  return kept.join(CDATA_STOOD_HERE);
};

/** Every element ends, in its turn: the parser forgives what does not. WeChat uses no attributes. */
const isBalanced = (markup: string): boolean => {
  if (markup.split('<', TAGS_MAX + 1).length > TAGS_MAX) return false;
  const open: string[] = [];
  for (const [, isEnd, name = '', isEmpty] of markup.matchAll(TAG)) {
    if (isEnd === '/' && (isEmpty === '/' || open.pop() !== name)) return false;
    if (isEnd === '' && isEmpty === '') open.push(name);
  }
  return open.length === 0 && !markup.replaceAll(TAG, '').includes('<');
};

type Value = string | PushFields;

const contentOf = (node: Node): { readonly name: string; readonly children: readonly Node[] } => {
  const [name = ''] = Object.keys(node);
  if (!NAME.test(name) || name === '__proto__') throw new NoMessageError(name);
  return { name, children: node[name] as readonly Node[] };
};

const textOf = (node: Node): string | undefined => {
  if (typeof node['#text'] === 'string') return node['#text'];
  if (node['#cdata'] === undefined) return undefined;
  return (node['#cdata'] as readonly Node[]).map((part) => textOf(part) ?? '').join('');
};

const isBlank = (node: Node): boolean =>
  typeof node['#text'] === 'string' && node['#text'].trim() === '';

/** Text, or elements with nothing but blanks between them. */
const valueOf = (children: readonly Node[]): Value => {
  const isText = children.every((child) => textOf(child) !== undefined);
  if (isText) return children.map((child) => textOf(child) ?? '').join('');
  const fields = new Map<string, Value | readonly Value[]>();
  for (const child of children) {
    if (isBlank(child)) continue;
    const { name, children: inner } = contentOf(child);
    const value = valueOf(inner);
    const present = fields.get(name);
    fields.set(name, present === undefined ? value : [...asList(present), value]);
  }
  return Object.fromEntries(fields);
};

const asList = (value: Value | readonly Value[]): readonly Value[] =>
  Array.isArray(value) ? (value as readonly Value[]) : [value as Value];

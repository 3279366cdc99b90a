import type { Attributes } from '@app/contracts';
import { imageProblems } from './image-hosts.ts';

/** The header of every chunk, in any order. */
export const importColumns = [
  'spuCode',
  'title',
  'description',
  'images',
  'categoryId',
  'skuCode',
  'skuName',
  'attributes',
  'priceFen',
] as const;
export type ImportColumn = (typeof importColumns)[number];

/** One line: a SKU with what is known of its goods. Fields that were empty are left out. */
export interface ImportRow {
  readonly line: number;
  readonly spuCode: string;
  readonly skuCode: string;
  readonly title?: string;
  readonly description?: string;
  readonly images?: readonly string[];
  readonly categoryId?: string;
  readonly skuName?: string;
  readonly attributes?: Attributes;
  readonly priceFen?: number;
}

export interface RowProblem {
  readonly line: number;
  readonly field: string;
  readonly reason: string;
}

type Fields = Readonly<Record<ImportColumn, string>>;
type Fault = Omit<RowProblem, 'line'>;

const CODE = /^[0-9A-Za-z][0-9A-Za-z._/-]{0,63}$/;
const ID = /^[0-9A-HJKMNP-TV-Z]{26}$/;
const PRICE_FEN_MAX = 1_000_000_000;

const length = (text: string): number => Array.from(text).length;

const attributesOf = (text: string): Attributes | undefined => {
  const pairs = text.split(/[;；]/).filter((pair) => pair.trim() !== '');
  const entries = pairs.map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim(), at] as const;
  });
  const isGood = entries.every(
    ([name, value, at]) =>
      at > 0 &&
      length(name) >= 1 &&
      length(name) <= 30 &&
      length(value) >= 1 &&
      length(value) <= 60,
  );
  const names = new Set(entries.map(([name]) => name));
  if (!isGood || names.size !== entries.length || entries.length > 8) return undefined;
  return Object.fromEntries(entries.map(([name, value]) => [name, value]));
};

/** The first thing that is wrong with the fields by themselves. */
const faultOf = (fields: Fields, imageHosts: readonly string[]): Fault | undefined => {
  const images = imagesOf(fields);
  const price = fields.priceFen;
  const checks: readonly (readonly [boolean, ImportColumn, string])[] = [
    [CODE.test(fields.spuCode), 'spuCode', '编码格式不正确'],
    [CODE.test(fields.skuCode), 'skuCode', '编码格式不正确'],
    [length(fields.title) <= 120, 'title', '长度不能超过 120 个字符'],
    [length(fields.description) <= 5000, 'description', '长度不能超过 5000 个字符'],
    [images.length <= 20, 'images', '不能超过 20 张'],
    [images.every((url) => url.length <= 512), 'images', '地址不能超过 512 个字符'],
    [imageProblems(images, imageHosts).length === 0, 'images', '图片必须是允许域名下的 https 地址'],
    [fields.categoryId === '' || ID.test(fields.categoryId), 'categoryId', '分类编号格式不正确'],
    [length(fields.skuName) <= 120, 'skuName', '长度不能超过 120 个字符'],
    [
      attributesOf(fields.attributes) !== undefined,
      'attributes',
      '应为 名称=值，以分号分隔，最多 8 项',
    ],
    [
      price === '' || (/^\d{1,10}$/.test(price) && Number(price) <= PRICE_FEN_MAX),
      'priceFen',
      '应为以分为单位的整数',
    ],
  ];
  const [fault] = checks.filter(([isGood]) => !isGood);
  return fault === undefined ? undefined : { field: fault[1], reason: fault[2] };
};

const imagesOf = ({ images }: Fields): string[] => images.split(/\s+/).filter((url) => url !== '');

/** Reads the text of one line. */
export const parseImportRow = (
  line: number,
  fields: Fields,
  imageHosts: readonly string[],
): { readonly row: ImportRow } | { readonly problem: RowProblem } => {
  const fault = faultOf(fields, imageHosts);
  if (fault !== undefined) return { problem: { line, ...fault } };
  const { spuCode, skuCode, title, description, categoryId, skuName, priceFen } = fields;
  const images = imagesOf(fields);
  const attributes = attributesOf(fields.attributes);
  return {
    row: {
      line,
      spuCode,
      skuCode,
      ...(title.trim() === '' ? {} : { title }),
      ...(description === '' ? {} : { description }),
      ...(images.length === 0 ? {} : { images }),
      ...(categoryId === '' ? {} : { categoryId }),
      ...(skuName.trim() === '' ? {} : { skuName }),
      ...(fields.attributes.trim() === '' || attributes === undefined ? {} : { attributes }),
      ...(priceFen === '' ? {} : { priceFen: Number(priceFen) }),
    },
  };
};

import { importColumns, type ImportColumn } from '../../src/domain/import-row.ts';
import { IMAGE } from './builders.ts';

type Row = Partial<Record<ImportColumn, string>>;

const quoted = (text: string): string =>
  /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

export const toCsv = (rows: readonly Row[]): string =>
  [
    importColumns.join(','),
    ...rows.map((row) => importColumns.map((name) => quoted(row[name] ?? '')).join(',')),
  ].join('\n');

/** Rows of goods of two SKUs each; equal numbers make equal rows. */
export const csvRows = (categoryId: string, from: number, count: number): Row[] =>
  Array.from({ length: count }, (_, index) => {
    const number = from + index;
    const spu = Math.floor(number / 2);
    const size = number % 2 === 0 ? 'M' : 'L';
    return {
      spuCode: `SPU-${spu}`,
      title: `保温杯 ${spu} 号`,
      description: 'a "quoted", text',
      images: IMAGE,
      categoryId,
      skuCode: `SKU-${number}`,
      skuName: `规格 ${size}`,
      attributes: `尺寸=${size};颜色=红`,
      priceFen: String(1000 + number),
    };
  });

import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { importColumns, type ImportColumn } from '../../domain/import-row.ts';
import type { CsvLine, ReadCsv } from '../../service.ts';

/** A line with everything at its longest is well below; a quote that never ends stops here. */
const RECORD_CHARACTERS_MAX = 64 * 1024;
const ROWS_MAX = 10_000;
/** Small pieces: the parser is at most one piece ahead of who takes the rows. */
const PIECE_CHARACTERS = 16 * 1024;

interface Parsed {
  readonly info: { readonly lines: number };
  readonly record: readonly string[];
}

type Header = readonly (ImportColumn | undefined)[];

const isColumn = (name: string): name is ImportColumn =>
  (importColumns as readonly string[]).includes(name);

function* pieces(text: string): Generator<string> {
  for (let from = 0; from < text.length; from += PIECE_CHARACTERS)
    yield text.slice(from, from + PIECE_CHARACTERS);
}

const broken = (line: number, field: string, reason: string): CsvLine => ({
  kind: 'broken',
  line,
  field,
  reason,
});

const headerFault = (names: readonly string[]): string | undefined => {
  const missing = importColumns.filter((name) => !names.includes(name));
  if (missing.length > 0) return `表头缺少 ${missing.join(', ')}`;
  const extra = names.filter((name) => !isColumn(name));
  if (extra.length > 0) return `表头有未知的列 ${extra.join(', ').slice(0, 100)}`;
  return new Set(names).size === names.length ? undefined : '表头有重复的列';
};

const toLine = (header: Header, record: readonly string[], line: number): CsvLine => {
  if (record.length !== header.length)
    return broken(line, '', `应有 ${header.length} 列，实有 ${record.length} 列`);
  const fields = Object.fromEntries(
    header.map((name, index) => [name ?? '', record[index] ?? '']),
  ) as Record<ImportColumn, string>;
  return { kind: 'row', line, fields };
};

/** CSV of RFC 4180 under a header. What cannot be read at all ends the text with one broken line. */
export const readCsv: ReadCsv = async function* (csv) {
  const parser = Readable.from(pieces(csv)).pipe(
    parse({
      bom: true,
      info: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      max_record_size: RECORD_CHARACTERS_MAX,
    }),
  );
  let header: Header | undefined;
  let line = 1;
  let rows = 0;
  try {
    for await (const parsed of parser) {
      const { info, record } = parsed as Parsed;
      line = info.lines;
      if (header === undefined) {
        const fault = headerFault(record);
        if (fault !== undefined) return yield broken(line, '', fault);
        header = record.map((name) => (isColumn(name) ? name : undefined));
        continue;
      }
      rows += 1;
      if (rows > ROWS_MAX) return yield broken(line, '', `每个分片最多 ${ROWS_MAX} 行`);
      yield toLine(header, record, line);
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    yield broken(line + 1, '', `无法解析: ${error.code}`);
  }
};

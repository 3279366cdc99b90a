import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { importColumns, type ImportColumn } from '../../domain/import-row.ts';
import type { CsvLine, ReadCsv } from '../../service.ts';

const ROWS_MAX = 10_000;
/** Small pieces: the parser is at most one piece ahead of who takes the rows. */
const PIECE_CHARACTERS = 16 * 1024;

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

interface Skipped {
  readonly code: string;
  /** Records that were whole before it. */
  readonly before: number;
}

/** Records and, in their place, what could not be read as one: the same ones at every reading. */
async function* recordsOf(csv: string): AsyncGenerator<readonly string[] | Skipped> {
  const skipped: Skipped[] = [];
  const parser = Readable.from(pieces(csv)).pipe(
    parse({
      bom: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      // A failure of the stream would drop records that were parsed but not read yet.
      skip_records_with_error: true,
      on_skip: (error) => {
        skipped.push({ code: error?.code ?? 'CSV', before: parser.info.records });
      },
    }),
  );
  let whole = 0;
  for await (const record of parser) {
    for (; (skipped[0]?.before ?? Infinity) <= whole; skipped.shift())
      if (skipped[0] !== undefined) yield skipped[0];
    whole += 1;
    yield record as readonly string[];
  }
  yield* skipped;
}

/** CSV of RFC 4180 under a header, row by row as a spreadsheet counts them. */
export const readCsv: ReadCsv = async function* (csv) {
  let header: Header | undefined;
  let line = 0;
  for await (const record of recordsOf(csv)) {
    line += 1;
    if (line > ROWS_MAX + 1) {
      yield broken(line, '', `每个分片最多 ${ROWS_MAX} 行`);
      return;
    }
    if ('code' in record) {
      yield broken(line, '', `无法解析: ${record.code}`);
    } else if (header !== undefined) {
      yield toLine(header, record, line);
    } else {
      const fault = headerFault(record);
      if (fault !== undefined) {
        yield broken(line, '', fault);
        return;
      }
      header = record.map((name) => (isColumn(name) ? name : undefined));
    }
  }
};

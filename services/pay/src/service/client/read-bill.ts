import { Readable } from 'node:stream';
import { yuanToFen } from '@app/kernel';
import { CsvError, parse } from 'csv-parse';
import { billTimeMs } from '../../domain/beijing-day.ts';
import type { FlowLine, TradeLine } from '../../domain/bill.ts';
import { payError } from '../../errors.ts';
import type { BillReader } from '../../service.ts';

const PIECE_BYTES = 64 * 1024;
const RECORD_CHARACTERS_MAX = 64 * 1024;

const broken = (why: string, cause?: unknown) =>
  payError('UPSTREAM_WECHAT_PAY_UNAVAILABLE', {
    message: `a bill cannot be read: ${why}`,
    data: { reason: 'bill' },
    cause,
  });

type Row = Readonly<Record<string, string>>;

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let from = 0; from < bytes.length; from += PIECE_BYTES)
    yield bytes.subarray(from, from + PIECE_BYTES);
}

/** Cells begin with a backtick so that spreadsheets leave numbers alone; a quote means nothing. */
async function* records(plain: Buffer): AsyncGenerator<readonly string[]> {
  const parser = Readable.from(pieces(plain)).pipe(
    parse({
      bom: true,
      quote: false,
      skip_empty_lines: true,
      relax_column_count: true,
      max_record_size: RECORD_CHARACTERS_MAX,
      cast: (cell) => cell.replace(/^`/, '').trim(),
    }),
  );
  try {
    for await (const record of parser) yield record as readonly string[];
  } catch (error) {
    throw error instanceof CsvError ? broken(error.code, error) : error;
  }
}

const rowOf = (header: readonly string[], record: readonly string[]): Row => {
  if (record.length !== header.length)
    throw broken(`a line has ${record.length} cells, not ${header.length}`);
  return Object.fromEntries(header.map((name, index) => [name, record[index] ?? '']));
};

const cell = (row: Row, name: string): string => {
  const value = row[name];
  if (value === undefined) throw broken(`it has no column ${name}`);
  return value;
};

/** Yuan with a sign, in fen. */
const money = (row: Row, name: string): number => {
  const text = cell(row, name);
  try {
    return text.startsWith('-') ? -yuanToFen(text.slice(1)) : yuanToFen(text);
  } catch (error) {
    throw broken(`${name} is no amount`, error);
  }
};

const count = (row: Row, name: string): number => {
  const text = cell(row, name);
  if (!/^\d{1,12}$/.test(text)) throw broken(`${name} is no number`);
  return Number(text);
};

/**
 * Header, lines, header of the summary, summary. `take` gets each line; the summary is returned. A
 * file that was cut off has none, and is no bill.
 */
const readFile = async (
  plain: Buffer,
  { first, summary }: { readonly first: string; readonly summary: string },
  take: (row: Row) => void,
): Promise<Row> => {
  let header: readonly string[] | undefined;
  let summaryHeader: readonly string[] | undefined;
  let total: Row | undefined;
  for await (const record of records(plain)) {
    if (header === undefined) {
      if (record[0] !== first) throw broken('it does not begin with its header');
      header = record;
    } else if (total !== undefined) throw broken('something follows the summary');
    else if (summaryHeader !== undefined) total = rowOf(summaryHeader, record);
    else if (record[0] === summary) summaryHeader = record;
    else take(rowOf(header, record));
  }
  if (total === undefined) throw broken('it has no summary');
  return total;
};

const expect = (name: string, said: number, counted: number): number => {
  if (said !== counted) throw broken(`${name} says ${said}, the lines add up to ${counted}`);
  return said;
};

const REFUND_STATES = new Set(['SUCCESS', 'PROCESSING', 'CHANGE', 'FAIL', 'CLOSED']);

const tradeLine = (row: Row): TradeLine => {
  const state = cell(row, '交易状态');
  const isRefund = state === 'REFUND';
  const refundState = cell(row, '退款状态');
  if (!isRefund && state !== 'SUCCESS') throw broken(`a line is in state ${state}`);
  if (isRefund && !REFUND_STATES.has(refundState))
    throw broken(`a refund is in state ${refundState}`);
  const atMs = billTimeMs(cell(row, '交易时间'));
  if (Number.isNaN(atMs)) throw broken('a line has no time');
  return {
    subject: isRefund ? 'refund' : 'payment',
    number: cell(row, isRefund ? '商户退款单号' : '商户订单号'),
    transactionId: cell(row, isRefund ? '微信退款单号' : '微信订单号'),
    atMs,
    amountFen: money(row, isRefund ? '申请退款金额' : '订单金额'),
    feeFen: money(row, '手续费'),
    isDone: !isRefund || refundState === 'SUCCESS',
  };
};

/** Columns of the trade bill that its summary adds up, by the summary's name for each. */
const tradeSums = {
  应结订单总金额: '应结订单金额',
  退款总金额: '退款金额',
  充值券退款总金额: '充值券退款金额',
  手续费总金额: '手续费',
  订单总金额: '订单金额',
  申请退款总金额: '申请退款金额',
} as const;

const TRADE_TYPES = new Set(['交易', '退款', '扣除交易手续费']);

const flowLine = (row: Row): FlowLine => {
  const side = cell(row, '收支类型');
  if (side !== '收入' && side !== '支出') throw broken(`a line is of type ${side}`);
  const fen = money(row, '收支金额(元)');
  return {
    number: cell(row, '业务凭证号'),
    isTrade: TRADE_TYPES.has(cell(row, '业务类型')),
    deltaFen: side === '收入' ? fen : -fen,
  };
};

/** Reads strictly: what is not understood is no bill, rather than a bill with a gap. */
export const billReader: BillReader = {
  async readTrade(plain) {
    const lines: TradeLine[] = [];
    const sums = new Map<string, number>();
    const total = await readFile(plain, { first: '交易时间', summary: '总交易单数' }, (row) => {
      lines.push(tradeLine(row));
      for (const name of Object.values(tradeSums))
        sums.set(name, (sums.get(name) ?? 0) + money(row, name));
    });
    expect('总交易单数', count(total, '总交易单数'), lines.length);
    for (const [name, column] of Object.entries(tradeSums))
      expect(name, money(total, name), sums.get(column) ?? 0);
    return {
      lines,
      paidFen: money(total, '订单总金额'),
      refundedFen: money(total, '申请退款总金额'),
      feeFen: money(total, '手续费总金额'),
    };
  },
  async readFlow(plain) {
    const lines: FlowLine[] = [];
    const total = await readFile(plain, { first: '记账时间', summary: '资金流水总笔数' }, (row) => {
      lines.push(flowLine(row));
    });
    const check = (side: '收入' | '支出', sign: 1 | -1): void => {
      const some = lines.filter(({ deltaFen }) => Math.sign(deltaFen) === sign);
      const fen = some.reduce((sum, { deltaFen }) => sum + Math.abs(deltaFen), 0);
      expect(`${side}金额`, money(total, `${side}金额`), fen);
    };
    expect('资金流水总笔数', count(total, '资金流水总笔数'), lines.length);
    expect('笔数', count(total, '收入笔数') + count(total, '支出笔数'), lines.length);
    check('收入', 1);
    check('支出', -1);
    return { lines };
  },
};

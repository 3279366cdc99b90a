/** What the commands print, in one voice. */
const colours = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
const paint = (code: number, text: string): string =>
  colours ? `\u001b[${code}m${text}\u001b[0m` : text;

export const bold = (text: string): string => paint(1, text);
export const dim = (text: string): string => paint(2, text);
export const green = (text: string): string => paint(32, text);
export const red = (text: string): string => paint(31, text);
export const yellow = (text: string): string => paint(33, text);

export const say = (text = ''): void => {
  process.stdout.write(`${text}\n`);
};

export const warn = (text: string): void => {
  process.stderr.write(`${yellow(text)}\n`);
};

/** An expected end of a command: printed without a stack, exit code 1 unless told otherwise. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

// eslint-disable-next-line no-control-regex -- exactly the colour codes that paint() writes
const width = (text: string): number => text.replace(/\u001b\[\d+m/g, '').length;

/** Columns padded to their widest cell; the first row is the heading. */
export const table = (rows: readonly (readonly string[])[]): string => {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, width(cell));
    });
  }
  return rows
    .map((row, index) => {
      const line = row
        .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - width(cell)))
        .join('  ')
        .trimEnd();
      return index === 0 ? bold(line) : line;
    })
    .join('\n');
};

export const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`;

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

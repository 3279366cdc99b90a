/** One line of a log that nobody prints. */
export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

type Log = (fields: object, message: string) => void;

export interface RecordedLogger extends Readonly<Record<LogEntry['level'], Log>> {
  readonly entries: readonly LogEntry[];
}

/** Takes what a pino logger takes, `(fields, message)`, and keeps it for the test to look at. */
export const recordedLogger = (): RecordedLogger => {
  const entries: LogEntry[] = [];
  const at =
    (level: LogEntry['level']): Log =>
    (fields, message) => {
      entries.push({ level, message, fields: { ...fields } });
    };
  return { entries, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
};

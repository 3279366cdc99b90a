import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Measurement {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers that were not 2xx, and connections that broke. */
  readonly failed: number;
}

/** Each request takes the next token, so that one user's cache entry cannot carry the whole load. */
const script = (tokens: readonly string[]): string => `
local tokens = {${tokens.map((token) => `"${token}"`).join(',')}}
local next = 0
request = function()
  next = next % #tokens + 1
  return wrk.format("GET", nil, { ["Authorization"] = "Bearer " .. tokens[next] })
end
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
`;

const findWrk = (): string => {
  const found = ['/usr/bin/wrk', '/usr/local/bin/wrk', '/opt/homebrew/bin/wrk'].find((path) =>
    existsSync(path),
  );
  if (found === undefined) throw new Error('the benchmark needs wrk (Debian: apt-get install wrk)');
  return found;
};

/** Loads one URL with wrk (one thread: servers and stores share these cores). */
export const measure = async (options: {
  readonly url: string;
  readonly tokens: readonly string[];
  readonly connections: number;
  readonly seconds: number;
}): Promise<Measurement> => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const file = join(folder, 'load.lua');
    writeFileSync(file, script(options.tokens));
    const { stdout } = await promisify(execFile)(findWrk(), [
      '-t1',
      `-c${options.connections}`,
      `-d${options.seconds}s`,
      '--timeout',
      '10s',
      '-s',
      file,
      options.url,
    ]);
    const [, requests, micros, p50, p99, failed] =
      /RESULT (\d+) (\d+) (\d+) (\d+) (\d+)/.exec(stdout) ?? [];
    if (requests === undefined) throw new Error(`wrk said: ${stdout}`);
    return {
      requestsPerSecond: Number(requests) / (Number(micros) / 1e6),
      p50Ms: Number(p50) / 1000,
      p99Ms: Number(p99) / 1000,
      failed: Number(failed),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

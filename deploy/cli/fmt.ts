import { runBin } from './run-tool.ts';

const { ok, output } = await runBin('prettier', ['--write', '--log-level', 'warn', '.']);
process.stdout.write(output);
process.exitCode = ok ? 0 : 1;

import { createSandbox } from './app.ts';
import { readSandboxConfig, SandboxConfigError, type SandboxConfig } from './config.ts';

/** `EX_CONFIG` of sysexits.h, as every process of the suite uses it. */
const EXIT_CONFIG = 78;

const readConfigOrExit = (): SandboxConfig => {
  try {
    return readSandboxConfig();
  } catch (error) {
    if (!(error instanceof SandboxConfigError)) throw error;
    console.error(
      ['sandbox: cannot start', ...error.problems.map((line) => `  - ${line}`)].join('\n'),
    );
    process.exit(EXIT_CONFIG);
  }
};

const config = readConfigOrExit();
const sandbox = createSandbox({
  wechatApps: config.wechatApps,
  payMerchants: config.payMerchants,
});
const url = await sandbox.listen({ port: config.port, host: config.host });
console.log(
  `sandbox: playing WeChat at ${url} for ${config.wechatApps.map((app) => app.appid).join(', ')}`,
);

let stopping = false;
const stop = async (): Promise<void> => {
  if (stopping) return;
  stopping = true;
  await sandbox.close();
  process.exit(0);
};
process.on('SIGTERM', () => void stop());
process.on('SIGINT', () => void stop());

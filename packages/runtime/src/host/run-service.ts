import { flushCompileCache } from 'node:module';
import { ConfigError } from '../config/read.ts';
import type { HostConfig } from '../config/host-keys.ts';
import { flushLogger } from '../logging/logger.ts';
import { giveBackMemory } from './give-back-memory.ts';
import { createHost } from './host.ts';
import type { App, Host } from './types.ts';

export interface ServiceMain<Config extends HostConfig> {
  readonly name: string;
  /** Throws `ConfigError`. */
  readonly readConfig: () => Config;
  readonly createApp: (host: Host, config: Config) => App | Promise<App>;
}

/** sysexits.h: something is wrong with the configuration. A supervisor need not try again. */
const EX_CONFIG = 78;
const EXIT_FAILED = 1;
// As a shell reports a process that a signal ended.
const EXIT_FORCED = 130;

/**
 * The whole of a service's `main.ts`: reads the configuration, runs the app on a host, stops it on
 * SIGTERM or SIGINT (exit 0; a second signal ends it at once), and ends the process on an error
 * that nobody handled, after writing it down.
 */
export const runService = async <Config extends HostConfig>(
  main: ServiceMain<Config>,
): Promise<void> => {
  const config = readConfigOrExit(main);
  const host = createHost(config, { name: main.name });
  endOnUnhandled(host);
  const signals = stopOnSignal(host);
  try {
    host.add(await main.createApp(host, config));
    await host.start();
    giveBackMemory();
    // At once, not at exit: a process that is killed would leave the next start nothing.
    flushCompileCache();
  } catch (error) {
    // A start that a signal cut short is not a failure; the handler of the signal ends the process.
    if (signals.count === 0) await exitAfter(host, error, 'could not start');
  }
};

const readConfigOrExit = <Config extends HostConfig>(main: ServiceMain<Config>): Config => {
  try {
    return main.readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EX_CONFIG);
  }
};

const exitAfter = async (host: Host, error: unknown, message: string): Promise<never> => {
  host.logger.fatal({ err: error }, message);
  await flushLogger(host.logger);
  process.exit(EXIT_FAILED);
};

const endOnUnhandled = (host: Host): void => {
  const end = (error: unknown): void => {
    void exitAfter(host, error, 'an error was not handled');
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
};

const stopOnSignal = (host: Host): { readonly count: number } => {
  const signals = { count: 0 };
  const onSignal = (signal: NodeJS.Signals): void => {
    signals.count += 1;
    if (signals.count > 1) process.exit(EXIT_FORCED);
    host.logger.info({ signal }, 'stopping');
    void host.stop().then(() => process.exit(0));
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  return signals;
};

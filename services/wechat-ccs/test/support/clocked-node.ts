import { runService } from '@app/runtime';
import { createApp, readConfig } from '../../src/index.ts';
import { followClock } from './shared-clock.ts';

/** The service as a process of its own, whose time of day a test moves: `clocked-node.ts <file>`. */
const [, , file = ''] = process.argv;

await runService({
  name: 'wechat-ccs',
  readConfig,
  createApp: (host, config) => createApp(host, config, { clock: followClock(file) }),
});

import { actionHandlers, createHost, hostKeys, readConfig } from '@app/runtime';
import { trivial } from './trivial-contract.ts';

// What a call between two services costs here when the callee does nothing at all.
const config = readConfig(hostKeys, process.env, { service: 'trivial' });
const host = createHost(config, { name: 'trivial' });
const schema = actionHandlers(trivial, { answer: ({ id }) => Promise.resolve({ id }) });
host.add({ name: 'trivial', schemas: [schema], stores: [], workers: [] });
await host.start();
console.log('ready');
process.once('SIGTERM', () => {
  void host.stop().then(() => process.exit(0));
});

export {
  type Exit,
  spawnNode,
  type SpawnNodeOptions,
  startProcess,
  type TestProcess,
} from './children.ts';
export { type DatabaseServer, testEnv, type TestEnv } from './config.ts';
export { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from './database.ts';
export { eventually, type EventuallyOptions } from './eventually.ts';
export { type FakeClock, fakeClock, sequentialIds } from './fakes.ts';
export { freePort } from './free-port.ts';
export { createTestHost, dropNamespace, testNamespace, type TestHostOptions } from './host.ts';
export {
  type CollectedSpan,
  decodeJaegerBatch,
  type JaegerCollector,
  jaegerCollector,
  traceTree,
} from './jaeger-collector.ts';
export { type LogEntry, type RecordedLogger, recordedLogger } from './recorded-logger.ts';
export { type TestServer } from './servers.ts';
export { startMariadb, startNats, startRedis } from './stores.ts';
export { type TestScope } from './teardown.ts';
export { uniqueName } from './unique.ts';

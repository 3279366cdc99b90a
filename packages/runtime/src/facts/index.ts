export { createFactBus, type FactBusConfig } from './bus.ts';
export type {
  DeadFact,
  DeadFacts,
  DeadPage,
  FactBus,
  FactConsumerOptions,
  FactDelivery,
  FactLogger,
  FactMessage,
  FactPart,
} from './types.ts';

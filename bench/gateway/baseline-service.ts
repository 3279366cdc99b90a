import { ServiceBroker } from 'moleculer';

// (a) the bare minimum behind the bus: what moleculer itself costs.
const broker = new ServiceBroker({
  nodeID: 'baseline-service',
  namespace: 'bench-baseline',
  transporter: { type: 'NATS', options: { url: process.env['NATS_URL'] ?? '' } },
  logger: false,
});
broker.createService({
  name: 'users',
  actions: { me: () => ({ id: '01K9ZQ4T6V8N2M3P5R7S9W1X0Y', nickname: 'A shopper', bio: '' }) },
});
await broker.start();
console.log('ready');

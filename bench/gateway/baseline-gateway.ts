import { ServiceBroker, type ServiceSchema } from 'moleculer';
import ApiGateway from 'moleculer-web';

// (a) moleculer-web as its README starts it: one alias, no authentication, no validation.
const broker = new ServiceBroker({
  nodeID: 'baseline-gateway',
  namespace: 'bench-baseline',
  transporter: { type: 'NATS', options: { url: process.env['NATS_URL'] ?? '' } },
  logger: false,
});
broker.createService({
  name: 'api',
  mixins: [ApiGateway as unknown as ServiceSchema],
  settings: {
    ip: '127.0.0.1',
    port: Number(process.env['PORT']),
    routes: [
      { path: '/api', aliases: { 'GET v1/users/me': 'users.me' }, bodyParsers: { json: true } },
    ],
  },
});
await broker.start();
await broker.waitForServices('users');
console.log('ready');

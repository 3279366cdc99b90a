export { createApp, type GatewayOverrides } from './app.ts';
export { configSpec, readConfig, type Config } from './config.ts';

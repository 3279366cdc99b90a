export { createApp, type Overrides } from './app.ts';
export { configSpec, readConfig, type Config } from './config.ts';

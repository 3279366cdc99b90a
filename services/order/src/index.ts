export { createApp } from './app.ts';
export { configSpec, readConfig, type Config } from './config.ts';

import { runService } from '@app/runtime';
import { createApp } from './app.ts';
import { readConfig } from './config.ts';

await runService({ name: 'pay', readConfig, createApp });

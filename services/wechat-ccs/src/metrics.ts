import { Counter } from 'prom-client';

/** Every metric of this service; labels have few values each. */

export const tokenRefreshes = new Counter({
  name: 'app_wechat_token_refreshes_total',
  help: 'Fetches of access tokens: new, forced, same (WeChat gave the one we had), or the code of the failure',
  labelNames: ['outcome'] as const,
});

export const pushes = new Counter({
  name: 'app_wechat_pushes_total',
  help: 'Message pushes by app, message type (none: not verified) and outcome',
  labelNames: ['app', 'type', 'outcome'] as const,
});

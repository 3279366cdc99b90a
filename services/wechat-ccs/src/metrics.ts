import { Counter } from 'prom-client';

/** Every metric of this service; labels have few values each. */

export const tokenRefreshes = new Counter({
  name: 'app_wechat_token_refreshes_total',
  help: 'Fetches of access tokens: new, forced, same (WeChat gave the one we had), or the code of the failure',
  labelNames: ['outcome'] as const,
});

export const ticketRefreshes = new Counter({
  name: 'app_wechat_ticket_refreshes_total',
  help: 'Fetches of js and card tickets: new, same, or the code of the failure',
  labelNames: ['type', 'outcome'] as const,
});

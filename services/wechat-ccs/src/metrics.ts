import { Counter, Gauge } from 'prom-client';

/**
 * Every metric of this service; labels have few values each. `app` is the id of an account at
 * WeChat: a company has a handful.
 */

export const tokenRefreshes = new Counter({
  name: 'app_wechat_token_refreshes_total',
  help: 'Answered fetches of access tokens: new or same (WeChat gave the one we had), by how it was asked',
  labelNames: ['outcome', 'mode'] as const,
});

export const refreshFailures = new Counter({
  name: 'app_wechat_token_refresh_failures_total',
  help: 'Refreshes that gave no token, by error code',
  labelNames: ['app', 'code'] as const,
});

export const tokenSecondsToExpiry = new Gauge({
  name: 'app_wechat_token_seconds_to_expiry',
  help: 'How long the token that this node hands out lives on; 0: this node has none',
  labelNames: ['app'] as const,
});

export const forcesLeft = new Gauge({
  name: 'app_wechat_forces_left',
  help: 'Forced refreshes that WeChat allows until midnight in Beijing',
  labelNames: ['app'] as const,
});

export const tokenRefusals = new Counter({
  name: 'app_wechat_token_refusals_total',
  help: 'Access tokens that WeChat refused (40001, 40014, 42001): seen in our own calls, or reported to us',
  labelNames: ['app', 'source'] as const,
});

export const pushes = new Counter({
  name: 'app_wechat_pushes_total',
  help: 'Message pushes by app, message type (none: not verified) and outcome',
  labelNames: ['app', 'type', 'outcome'] as const,
});

export const ticketRefreshes = new Counter({
  name: 'app_wechat_ticket_refreshes_total',
  help: 'Fetches of js and card tickets: new, same, or the code of the failure',
  labelNames: ['type', 'outcome'] as const,
});

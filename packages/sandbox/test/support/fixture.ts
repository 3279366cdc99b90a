import type { Test } from 'tap';
import { createSandbox, type Sandbox } from '../../src/index.ts';

export const MP = { appid: 'wx0000000000000001', secret: 'secret-of-mp-1', kind: 'mp' } as const;
export const MP2 = { appid: 'wx0000000000000002', secret: 'secret-of-mp-2', kind: 'mp' } as const;
export const OA = { appid: 'wx0000000000000003', secret: 'secret-of-oa-1', kind: 'oa' } as const;

/** Noon in Beijing, so that a few hours forward stay inside one day of quotas. */
export const START_MS = Date.UTC(2026, 10, 20, 4);

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly text: string;
  readonly type: string;
}

export interface Fixture {
  readonly sandbox: Sandbox;
  /** Moves the real clock below the sandbox's. */
  readonly advance: (ms: number) => void;
  readonly call: (method: string, url: string, body?: unknown) => Promise<Answer>;
  readonly control: (method: string, path: string, body?: unknown) => Promise<Answer>;
  readonly classic: (app?: { appid: string; secret: string }) => Promise<Answer>;
  readonly stable: (extra?: object, app?: { appid: string; secret: string }) => Promise<Answer>;
  readonly stableToken: (app?: { appid: string; secret: string }) => Promise<string>;
  readonly login: (code: string, app?: { appid: string; secret: string }) => Promise<Answer>;
  /** 0, or the errcode of a call that needs a token (the phone code is never valid). */
  readonly probe: (token: string) => Promise<unknown>;
}

const parse = (text: string): Record<string, unknown> => {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
};

export const createFixture = (t: Test, random?: () => number): Fixture => {
  let nowMs = START_MS;
  const sandbox = createSandbox({
    wechatApps: [MP, MP2, OA],
    nowMs: () => nowMs,
    ...(random === undefined ? {} : { random }),
  });
  t.teardown(() => sandbox.close());

  const call: Fixture['call'] = async (method, url, body) => {
    const response = await sandbox.app.inject({
      method: method as 'GET',
      url,
      ...(body === undefined
        ? {}
        : typeof body === 'string'
          ? { payload: body, headers: { 'content-type': 'application/json' } }
          : { payload: body as object }),
    });
    const type = String(response.headers['content-type']);
    return { status: response.statusCode, body: parse(response.body), text: response.body, type };
  };
  const stable: Fixture['stable'] = (extra = {}, { appid, secret } = MP) =>
    call('POST', '/cgi-bin/stable_token', {
      grant_type: 'client_credential',
      appid,
      secret,
      ...extra,
    });

  return {
    sandbox,
    advance: (ms) => {
      nowMs += ms;
    },
    call,
    control: (method, path, body) => call(method, `/__sandbox${path}`, body),
    classic: ({ appid, secret } = MP) =>
      call('GET', `/cgi-bin/token?grant_type=client_credential&appid=${appid}&secret=${secret}`),
    stable,
    stableToken: async (app = MP) => String((await stable({}, app)).body['access_token']),
    login: (code, { appid, secret } = MP) =>
      call(
        'GET',
        `/sns/jscode2session?appid=${appid}&secret=${secret}&js_code=${code}&grant_type=authorization_code`,
      ),
    probe: async (token) => {
      const url = `/wxa/business/getuserphonenumber?access_token=${token}`;
      const { body } = await call('POST', url, { code: 'unknown' });
      return body['errcode'] === 40029 ? 0 : body['errcode'];
    },
  };
};

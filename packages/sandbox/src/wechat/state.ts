import { randomBytes } from 'node:crypto';
import type { SandboxClock } from '../clock.ts';
import { ControlError } from '../control-error.ts';
import { randomHex, randomText, randomUrlSafe } from '../random.ts';
import { createCodeBook, type CodeBook } from './code-book.ts';
import {
  defaultSettings,
  type MediaCheck,
  type WechatApp,
  type WechatAppConfig,
  type WechatAppKind,
  type WechatAppSettings,
  type WechatLimits,
  type WechatUser,
} from './model.ts';
import { createIssuedSecrets, type IssuedSecrets } from './issued-secrets.ts';
import { createQuota, type Quota } from './quota.ts';
import { createShippingBook, type ShippingBook } from './shipping-book.ts';
import { createSubscribeBook, type SubscribeBook } from './subscribe-book.ts';
import { createTicketBook, type TicketBook } from './ticket-book.ts';
import { createTokenBook, type TokenBook } from './token-book.ts';
import { createTokenLog, type TokenLog } from './token-log.ts';

export interface PhoneGrant {
  readonly purePhoneNumber: string;
  readonly countryCode: string;
  /** The user who pressed the button, when the test said who. */
  readonly openid: string | undefined;
}

export type SettingsPatch = Partial<Omit<WechatAppSettings, 'limits'>> & {
  readonly limits?: Partial<WechatLimits>;
};

/** What WeChat knows. The functions below do what users and account admins do. */
export interface WechatState {
  readonly clock: SandboxClock;
  /** Every secret ever given out; `note` those of a new kind here. */
  readonly issued: IssuedSecrets;
  readonly tokens: TokenBook;
  readonly tokenLog: TokenLog;
  readonly tickets: TicketBook;
  readonly quota: Quota;
  /** When each app's last forced refresh took effect, by appid. */
  readonly lastForcedAtMs: Map<string, number>;
  readonly loginCodes: CodeBook<WechatUser>;
  readonly phoneCodes: CodeBook<PhoneGrant>;
  newSessionKey(): string;
  /** Media checks asked for, oldest first. */
  readonly mediaChecks: MediaCheck[];
  readonly subscribe: SubscribeBook;
  readonly shipping: ShippingBook;
  /** The named mini program, or the first one; a control error when it is none. */
  miniProgram(appid?: string): WechatApp;
  findApp(appid: string): WechatApp | undefined;
  apps(): readonly WechatApp[];
  findUser(appid: string, openid: string): WechatUser | undefined;
  /** What `wx.login` does: a code of the user, who is created when new. */
  issueLoginCode(input?: { openid?: string; unionid?: string; appid?: string }): {
    code: string;
    openid: string;
  };
  /** What the getPhoneNumber button does. */
  issuePhoneCode(input: { phone: string; countryCode?: string; openid?: string; appid?: string }): {
    code: string;
  };
  changeSettings(appid: string, patch: SettingsPatch): WechatApp;
  reset(): void;
}

/** 16 bytes in base64: 24 characters ending in `==`. */
const createSessionKey = (): string => randomBytes(16).toString('base64');

const newOpenid = (): string => `o${randomUrlSafe(27)}`;

/** Numbers of the mainland have 11 digits; elsewhere E.164 allows up to 15. */
const isPhone = (phone: string, countryCode: string): boolean =>
  (countryCode === '86' ? /^1\d{10}$/ : /^\d{4,15}$/).test(phone);

interface People {
  find(appid: string, openid: string): WechatUser | undefined;
  findOrCreate(appid: string, input: { openid?: string; unionid?: string }): WechatUser;
  clear(): void;
}

const createPeople = (newSessionKey: () => string): People => {
  const byOpenid = new Map<string, WechatUser>();
  const byUnionid = new Map<string, WechatUser>();

  const create = (appid: string, openid: string): WechatUser => {
    const user = {
      appid,
      openid,
      unionid: undefined,
      sessionKey: newSessionKey(),
      blocked: false,
      visitedAtMs: 0,
    };
    byOpenid.set(openid, user);
    return user;
  };

  return {
    find(appid, openid) {
      const user = byOpenid.get(openid);
      return user?.appid === appid ? user : undefined;
    },
    findOrCreate(appid, { openid, unionid }) {
      const known =
        openid === undefined
          ? unionid === undefined
            ? undefined
            : byUnionid.get(`${appid} ${unionid}`)
          : byOpenid.get(openid);
      if (known !== undefined && known.appid !== appid) {
        throw new ControlError(
          'openid',
          'belongs to another app: an openid is one user inside one app',
        );
      }
      const user = known ?? create(appid, openid ?? newOpenid());
      if (unionid !== undefined) {
        user.unionid = unionid;
        byUnionid.set(`${appid} ${unionid}`, user);
      }
      return user;
    },
    clear() {
      byOpenid.clear();
      byUnionid.clear();
    },
  };
};

export const createWechatState = (
  configs: readonly WechatAppConfig[],
  clock: SandboxClock,
): WechatState => {
  const nowMs = (): number => clock.nowMs();
  const issued = createIssuedSecrets();
  const newSessionKey = (): string => issued.note('session_key', createSessionKey());
  const people = createPeople(newSessionKey);
  const apps = new Map<string, WechatApp>();
  const tokens = createTokenBook(nowMs, (token) => void issued.note('access_token', token));
  const tokenLog = createTokenLog();
  const tickets = createTicketBook(nowMs);
  const quota = createQuota(nowMs);
  const lastForcedAtMs = new Map<string, number>();
  const loginCodes = createCodeBook<WechatUser>(nowMs);
  const phoneCodes = createCodeBook<PhoneGrant>(nowMs);
  const mediaChecks: MediaCheck[] = [];
  const subscribe = createSubscribeBook();
  const shipping = createShippingBook(nowMs);

  const configureApps = (): void => {
    apps.clear();
    for (const { appid, kind, ...config } of configs) {
      apps.set(appid, { appid, kind, settings: defaultSettings(config) });
    }
  };
  configureApps();

  /** The named app, or the first mini program: only mini programs have login and phone codes. */
  const miniProgram = (appid?: string): WechatApp => {
    const wanted: WechatAppKind = 'mp';
    const app =
      appid === undefined ? [...apps.values()].find((one) => one.kind === wanted) : apps.get(appid);
    if (app === undefined) throw new ControlError('appid', 'no such app in SANDBOX_WECHAT_APPS');
    if (app.kind !== wanted) throw new ControlError('appid', 'is not a mini program');
    return app;
  };

  return {
    clock,
    issued,
    newSessionKey,
    tokens,
    tokenLog,
    tickets,
    quota,
    lastForcedAtMs,
    loginCodes,
    phoneCodes,
    mediaChecks,
    subscribe,
    shipping,
    miniProgram,
    findApp: (appid) => apps.get(appid),
    apps: () => [...apps.values()],
    findUser: (appid, openid) => people.find(appid, openid),
    issueLoginCode({ appid, ...who } = {}) {
      const app = miniProgram(appid);
      const user = people.findOrCreate(app.appid, who);
      user.visitedAtMs = nowMs();
      if (app.settings.rotateSessionKey) user.sessionKey = newSessionKey();
      const code = issued.note('login_code', randomText(32));
      loginCodes.issue(code, app.appid, user);
      return { code, openid: user.openid };
    },
    issuePhoneCode({ phone, countryCode = '86', openid, appid }) {
      const app = miniProgram(appid);
      if (!isPhone(phone, countryCode)) {
        throw new ControlError('phone', `is not a phone number of country ${countryCode}`);
      }
      if (openid !== undefined && people.find(app.appid, openid) === undefined) {
        throw new ControlError('openid', 'is no user of this app: sign in first');
      }
      const code = issued.note('phone_code', randomHex(64));
      phoneCodes.issue(code, app.appid, { purePhoneNumber: phone, countryCode, openid });
      return { code };
    },
    changeSettings(appid, { limits, ...patch }) {
      const app = apps.get(appid);
      if (app === undefined) throw new ControlError('appid', 'no such app', 404);
      app.settings = { ...app.settings, ...patch, limits: { ...app.settings.limits, ...limits } };
      return app;
    },
    reset() {
      configureApps();
      people.clear();
      tokens.clear();
      tokenLog.clear();
      tickets.clear();
      quota.clear();
      lastForcedAtMs.clear();
      loginCodes.clear();
      phoneCodes.clear();
      mediaChecks.length = 0;
      subscribe.clear();
      shipping.clear();
    },
  };
};

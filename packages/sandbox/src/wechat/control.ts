import type { FastifyInstance } from 'fastify';
import { ControlError } from '../control-error.ts';
import { controlContentChecks } from './content-check.ts';
import { defaultLimits, type WechatApp } from './model.ts';
import { controlOpenData } from './open-data.ts';
import type { SettingsPatch, WechatState } from './state.ts';

const identifier = { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' } as const;
const limit = { type: 'integer', minimum: 0 } as const;

const object = (properties: object, required: readonly string[] = []): object => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});

const loginCodeSchema = object({ openid: identifier, unionid: identifier, appid: identifier });

const phoneCodeSchema = object(
  {
    phone: { type: 'string' },
    countryCode: { type: 'string', pattern: '^[1-9][0-9]{0,3}$' },
    openid: identifier,
    appid: identifier,
  },
  ['phone'],
);

const userSchema = object({ blocked: { type: 'boolean' } }, ['blocked']);

const settingsSchema = object({
  secret: { type: 'string', minLength: 1 },
  ipWhitelist: {
    anyOf: [{ type: 'null' }, { type: 'array', items: { type: 'string' }, maxItems: 200 }],
  },
  ipConfirmation: { enum: ['none', 'pending', 'refused_24h', 'refused_1h'] },
  accountState: { enum: ['normal', 'secret_frozen', 'token_forbidden', 'frozen'] },
  rotateSessionKey: { type: 'boolean' },
  usedCodeErrcode: { enum: [40029, 40163] },
  loginContentType: { enum: ['application/json', 'text/plain'] },
  forceTooEarly: { enum: ['current', 45009, 45011] },
  forceBeyondLimit: { enum: ['current', 45009, 45011] },
  ticketsForMiniProgram: { type: 'boolean' },
  refuseUnknownFields: { type: 'boolean' },
  pushUrl: { anyOf: [{ type: 'null' }, { type: 'string', pattern: '^https?://' }] },
  pushToken: { anyOf: [{ type: 'null' }, { type: 'string', pattern: '^[A-Za-z0-9]{3,32}$' }] },
  pushAesKey: { anyOf: [{ type: 'null' }, { type: 'string', pattern: '^[A-Za-z0-9]{43}$' }] },
  pushTimeoutMs: { type: 'integer', minimum: 10, maximum: 60_000 },
  pages: {
    anyOf: [{ type: 'null' }, { type: 'array', items: { type: 'string' }, maxItems: 1000 }],
  },
  isReleased: { type: 'boolean' },
  textRules: {
    type: 'array',
    maxItems: 100,
    items: object(
      {
        keyword: { type: 'string', minLength: 1 },
        suggest: { enum: ['review', 'risky'] },
        label: { type: 'integer' },
      },
      ['keyword', 'suggest', 'label'],
    ),
  },
  limits: object(Object.fromEntries(Object.keys(defaultLimits).map((name) => [name, limit]))),
});

/** Everything about an account but its secrets (`undefined` is left out of JSON). */
const viewOf = ({ appid, kind, settings }: WechatApp): object => ({
  appid,
  kind,
  ...settings,
  secret: undefined,
  pushToken: undefined,
  pushAesKey: undefined,
});

interface LoginCodeBody {
  openid?: string;
  unionid?: string;
  appid?: string;
}

interface PhoneCodeBody {
  phone: string;
  countryCode?: string;
  openid?: string;
  appid?: string;
}

/** The control routes of WeChat: what users and account admins do, and what WeChat has seen. */
export const controlWechat = (app: FastifyInstance, state: WechatState): void => {
  // wx.login needs nothing said: a request without a body is a new user.
  app.post<{ Body: LoginCodeBody | undefined }>(
    '/wechat/login-codes',
    {
      schema: { body: loginCodeSchema },
      preValidation: (request, _reply, done) => {
        request.body ??= {};
        done();
      },
    },
    (request) => state.issueLoginCode(request.body),
  );
  app.post<{ Body: PhoneCodeBody }>(
    '/wechat/phone-codes',
    { schema: { body: phoneCodeSchema } },
    (request) => state.issuePhoneCode(request.body),
  );

  app.get<{ Querystring: { appid?: string } }>(
    '/wechat/token-log',
    { schema: { querystring: object({ appid: identifier }) } },
    (request) => state.tokenLog.list(request.query.appid),
  );

  app.get('/wechat/issued-secrets', () => state.issued.list());
  controlOpenData(app, state);
  controlContentChecks(app, state);

  app.get('/wechat/apps', () => state.apps().map(viewOf));
  app.patch<{ Params: { appid: string }; Body: SettingsPatch }>(
    '/wechat/apps/:appid',
    { schema: { body: settingsSchema } },
    (request) => viewOf(state.changeSettings(request.params.appid, request.body)),
  );

  app.patch<{ Params: { openid: string }; Body: { blocked: boolean } }>(
    '/wechat/users/:openid',
    { schema: { body: userSchema } },
    (request) => {
      const { openid } = request.params;
      const user = state
        .apps()
        .map(({ appid }) => state.findUser(appid, openid))
        .find((one) => one !== undefined);
      if (user === undefined) throw new ControlError('openid', 'no such user', 404);
      user.blocked = request.body.blocked;
      return { openid, blocked: user.blocked };
    },
  );
};

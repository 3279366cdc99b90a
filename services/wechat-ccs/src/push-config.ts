import {
  boolean,
  choice,
  integer,
  optional,
  secret,
  type ConfigKey,
  type ConfigProblem,
} from '@app/runtime';

/** EncodingAESKey as the console shows it: 32 bytes in base64 without the padding. */
const AES_KEY = /^[A-Za-z0-9]{43}$/;
/** What the console takes. */
const TOKEN = /^[A-Za-z0-9]{3,32}$/;

const withForm = (key: ConfigKey<string>, form: RegExp, remedy: string): ConfigKey<string> => ({
  ...key,
  parse: (raw, environment) =>
    form.test(raw)
      ? key.parse(raw, environment)
      : { ok: false, problem: 'does not have the expected form', remedy },
});

const tokenKey = (env: string, of: string) =>
  optional(
    withForm(
      secret(env, {
        doc: `Token of message push of the ${of}, as in the console; unset: no message push`,
        minLength: 16,
        example: 'openssl rand -hex 16',
      }),
      TOKEN,
      'set 3 to 32 letters and digits, the same as in the console',
    ),
  );

const aesKey = (env: string) =>
  optional(
    withForm(
      secret(env, { doc: 'Its EncodingAESKey, 43 characters', minLength: 43 }),
      AES_KEY,
      'set the 43 letters and digits that the console shows as EncodingAESKey',
    ),
  );

const modeKey = (env: string) =>
  choice(env, ['plain', 'compatible', 'secure'], {
    doc: 'What is accepted: only encrypted pushes (secure), or unencrypted ones as well',
    default: 'secure',
  });

/** Message push (reference section 10), per app. */
export const pushKeys = {
  wxmpPushToken: tokenKey('WXMP_PUSH_TOKEN', 'mini program'),
  wxmpPushAesKey: aesKey('WXMP_PUSH_AES_KEY'),
  wxmpPushMode: modeKey('WXMP_PUSH_MODE'),
  wxoaPushToken: tokenKey('WXOA_PUSH_TOKEN', 'official account'),
  wxoaPushAesKey: aesKey('WXOA_PUSH_AES_KEY'),
  wxoaPushMode: modeKey('WXOA_PUSH_MODE'),
  wxPushAllowPlain: boolean('WX_PUSH_ALLOW_PLAIN', {
    doc: 'Lets production start with a push mode of plain: then anybody who sees one push can forge others for minutes',
    default: false,
  }),
  wxPushToleranceMs: integer('WX_PUSH_TOLERANCE_MS', {
    doc: "How far a push's timestamp may be from our clock; older ones are refused",
    default: 300_000,
    min: 10_000,
    max: 86_400_000,
    unit: 'ms',
  }),
} as const;

interface PushConfig {
  readonly env: string;
  readonly wxoaAppId: string | undefined;
  readonly wxmpPushToken: string | undefined;
  readonly wxmpPushAesKey: string | undefined;
  readonly wxmpPushMode: string;
  readonly wxoaPushToken: string | undefined;
  readonly wxoaPushAesKey: string | undefined;
  readonly wxoaPushMode: string;
  readonly wxPushAllowPlain: boolean;
}

const problemsOf = (
  prefix: 'WXMP' | 'WXOA',
  app: {
    readonly token: string | undefined;
    readonly aesKey: string | undefined;
    readonly mode: string;
  },
  mayBePlain: boolean,
): readonly ConfigProblem[] => {
  const aesKeyName = `${prefix}_PUSH_AES_KEY`;
  if (app.token === undefined)
    return app.aesKey === undefined
      ? []
      : [
          {
            key: `${prefix}_PUSH_TOKEN`,
            problem: `is not set, but ${aesKeyName} is`,
            remedy: 'set both or neither',
          },
        ];
  if (app.mode === 'plain' && !mayBePlain)
    return [
      {
        key: `${prefix}_PUSH_MODE`,
        problem: 'is plain',
        remedy:
          'set secure here and in the console, or WX_PUSH_ALLOW_PLAIN=true to accept the risk',
      },
    ];
  if (app.mode !== 'plain' && app.aesKey === undefined)
    return [
      {
        key: aesKeyName,
        problem: `is not set, but ${prefix}_PUSH_MODE is ${app.mode}`,
        remedy: 'set the EncodingAESKey of the console',
      },
    ];
  return [];
};

/** What is wrong between the keys. */
export const pushProblems = (config: PushConfig): readonly ConfigProblem[] => {
  const mayBePlain = config.env !== 'pro' || config.wxPushAllowPlain;
  const { wxmpPushToken, wxmpPushAesKey, wxmpPushMode } = config;
  const { wxoaPushToken, wxoaPushAesKey, wxoaPushMode } = config;
  const mp = { token: wxmpPushToken, aesKey: wxmpPushAesKey, mode: wxmpPushMode };
  const oa = { token: wxoaPushToken, aesKey: wxoaPushAesKey, mode: wxoaPushMode };
  const orphan =
    wxoaPushToken !== undefined && config.wxoaAppId === undefined
      ? [
          {
            key: 'WXOA_PUSH_TOKEN',
            problem: 'is set, but WXOA_APPID is not',
            remedy: 'set WXOA_APPID and WXOA_APPSECRET, or leave it out',
          },
        ]
      : [];
  return [...problemsOf('WXMP', mp, mayBePlain), ...problemsOf('WXOA', oa, mayBePlain), ...orphan];
};

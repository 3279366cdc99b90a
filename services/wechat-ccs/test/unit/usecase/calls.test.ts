import t from 'tap';
import { wechatCcsError } from '../../../src/errors.ts';
import { createCheckMedia } from '../../../src/usecase/check-media.ts';
import { createCheckText } from '../../../src/usecase/check-text.ts';
import { createClearQuota } from '../../../src/usecase/clear-quota.ts';
import { createCreateQrCode } from '../../../src/usecase/create-qr-code.ts';
import { createCreateShortLink } from '../../../src/usecase/create-short-link.ts';
import { createCreateSquareQrCode } from '../../../src/usecase/create-square-qr-code.ts';
import { createCreateUnlimitedQrCode } from '../../../src/usecase/create-unlimited-qr-code.ts';
import { createCreateUrlLink } from '../../../src/usecase/create-url-link.ts';
import { createCreateUrlScheme } from '../../../src/usecase/create-url-scheme.ts';
import { createListQuotas } from '../../../src/usecase/list-quotas.ts';
import { buildDeps, MP, NOON_MS, OA } from '../../support/build-deps.ts';
import { createMemoryQuotas } from '../../support/memory-stores.ts';

/** Ports that record what they were asked, and answer `answer`. */
const recorder = <R>(answer: R) => {
  const asked: unknown[][] = [];
  const port = (...args: unknown[]) => {
    asked.push(args);
    return Promise.resolve(answer);
  };
  return { asked, port };
};

const admin = { adminId: 'admin-anna', language: 'en' } as const;

t.test('an image travels as base64, of the default mini program', async (t) => {
  const image = { contentType: 'image/png' as const, image: Buffer.from('png') };
  const { asked, port } = recorder(image);
  const deps = { ...buildDeps(), qrCodes: { unlimited: port, limited: port, square: port } };
  const expected = { contentType: 'image/png', imageBase64: 'cG5n' };

  t.strictSame(await createCreateUnlimitedQrCode(deps)({ scene: 'a' }), expected);
  t.strictSame(await createCreateQrCode(deps)({ path: 'p', width: 300 }), expected);
  t.strictSame(await createCreateSquareQrCode(deps)({ path: 'p' }), expected);
  t.strictSame(asked, [
    [MP, { scene: 'a' }],
    [MP, { path: 'p', width: 300 }],
    [MP, { path: 'p' }],
  ]);
  await t.rejects(createCreateQrCode(deps)({ appId: OA, path: 'p' }), {
    code: 'WECHAT_APP_UNKNOWN',
  });
});

t.test(
  'links carry their life; one that cannot be is refused before WeChat is asked',
  async (t) => {
    const { asked, port } = recorder('link');
    const links = { createUrlScheme: port, createUrlLink: port };
    const deps = { ...buildDeps(), links };
    const at = (ms: number) => new Date(NOON_MS + ms).toISOString();

    t.strictSame(await createCreateUrlScheme(deps)({ path: 'p', expiresInDays: 3 }), {
      urlScheme: 'link',
    });
    t.strictSame(await createCreateUrlLink(deps)({ expiresAt: at(3_600_000) }), {
      urlLink: 'link',
    });
    const ways: readonly ((life: {
      expiresAt: string;
      expiresInDays?: number;
    }) => Promise<unknown>)[] = [createCreateUrlScheme(deps), createCreateUrlLink(deps)];
    for (const create of ways) {
      await t.rejects(create({ expiresAt: at(30_000) }), {
        code: 'VALIDATION_FAILED',
        data: { errors: [{ field: 'expiresAt' }] },
      });
      await t.rejects(create({ expiresAt: at(3_600_000), expiresInDays: 1 }), {
        code: 'VALIDATION_FAILED',
        data: { errors: [{ field: 'expiresInDays' }] },
      });
    }
    t.strictSame(asked, [
      [MP, { path: 'p', life: { kind: 'days', days: 3 } }],
      [MP, { life: { kind: 'until', atSeconds: NOON_MS / 1000 + 3600 } }],
    ]);
  },
);

t.test('a short link is temporary unless asked otherwise, its title cut', async (t) => {
  const { asked, port } = recorder('#小程序://x');
  const create = createCreateShortLink({ ...buildDeps(), links: { createShortLink: port } });

  t.strictSame(await create({ pageUrl: 'p', pageTitle: '一'.repeat(30) }), { link: '#小程序://x' });
  await create({ pageUrl: 'p', isPermanent: true });

  t.strictSame(asked, [
    [MP, { pageUrl: 'p', pageTitle: `${'一'.repeat(19)}…`, isPermanent: false }],
    [MP, { pageUrl: 'p', pageTitle: undefined, isPermanent: true }],
  ]);
});

t.test('a signature is checked with a profile only', async (t) => {
  const verdict = { suggest: 'pass' as const, label: 100, traceId: 't', details: [] };
  const { asked, port } = recorder(verdict);
  const check = createCheckText({ ...buildDeps(), contentChecks: { checkText: port } });
  const text = { openid: 'o', content: 'x', signature: 's' };

  await t.rejects(check({ ...text, scene: 'comment' }), {
    code: 'VALIDATION_FAILED',
    data: { errors: [{ field: 'signature' }] },
  });
  t.strictSame(await check({ ...text, scene: 'profile' }), verdict);
  t.strictSame(asked, [[MP, { ...text, scene: 'profile' }]]);
});

t.test(
  'a media check is written down under its trace id, with what the asker calls it',
  async (t) => {
    const { asked, port } = recorder(undefined);
    const check = createCheckMedia({
      ...buildDeps(),
      contentChecks: { checkMedia: () => Promise.resolve('trace-1') },
      mediaChecks: { saveAsked: port },
    });
    const media = {
      openid: 'o',
      mediaUrl: 'https://a.example/a.png',
      mediaType: 'image',
      scene: 'forum',
    } as const;

    t.strictSame(await check({ ...media, reference: 'avatar-7' }), { traceId: 'trace-1' });
    await check(media);

    t.strictSame(asked, [
      [{ appId: MP, traceId: 'trace-1', reference: 'avatar-7' }],
      [{ appId: MP, traceId: 'trace-1', reference: null }],
    ]);
  },
);

t.test(
  'an operator sees of every allowance what is used, left and when it comes back',
  async (t) => {
    const quotas = createMemoryQuotas();
    await quotas.take(MP, 'link');
    const list = createListQuotas({ ...buildDeps(), quotas });

    const { appId, items } = await list({ appId: MP }, admin);

    t.equal(appId, MP);
    t.equal(items.length, 10);
    t.strictSame(
      items.find(({ quota }) => quota === 'link'),
      { quota: 'link', window: 'day', max: 500_000, used: 1, left: 499_999, resetsAt: null },
    );
    await t.rejects(list({ appId: 'wx-else' }, admin), { code: 'WECHAT_APP_UNKNOWN' });
  },
);

t.test('our counts follow WeChat only when it said yes', async (t) => {
  const quotas = createMemoryQuotas();
  await quotas.exhaust(MP, 'link');
  let isWilling = false;
  const ways: string[] = [];
  const deeds: string[] = [];
  const clear = createClearQuota({
    ...buildDeps(),
    journal: { wrote: (adminId, deed) => void deeds.push(`${adminId} ${deed}`) },
    quotas,
    clearing: {
      async clear(appId, way) {
        ways.push(way);
        await quotas.take(appId, 'clearQuota');
        if (!isWilling) throw wechatCcsError('UPSTREAM_WECHAT_TIMEOUT');
      },
    },
  });

  await t.rejects(clear({ appId: MP }, admin), { code: 'UPSTREAM_WECHAT_TIMEOUT' });
  t.equal(await quotas.left(MP, 'link'), 0);
  isWilling = true;
  t.strictSame(await clear({ appId: MP, withSecret: true }, admin), { clearsLeft: 8 });
  t.equal(await quotas.left(MP, 'link'), 500_000);
  t.strictSame(ways, ['token', 'secret']);
  t.strictSame(deeds, ['admin-anna clearQuota'], 'only what was done is logged');
});

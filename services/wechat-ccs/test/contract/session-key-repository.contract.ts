import type { Test } from 'tap';
import type { SessionKey, SessionKeyRepository } from '../../src/repository.ts';
import { NOON_MS } from '../support/build-deps.ts';

export const aSession = (change: Partial<SessionKey> = {}): SessionKey => ({
  appId: 'wx-1',
  openid: 'o-anna',
  sessionKey: 'dGhlIHNlc3Npb24ga2V5IQ==',
  obtainedAtMs: NOON_MS,
  ...change,
});

/** What every `SessionKeyRepository` promises. Each call of `create` gives an empty one. */
export const sessionKeyRepositoryContract = (
  t: Test,
  create: (t: Test) => Promise<SessionKeyRepository> | SessionKeyRepository,
): void => {
  void t.test('the newest session key of a user in an app is kept', async (t) => {
    const sessions = await create(t);
    t.equal(await sessions.find('wx-1', 'o-anna'), undefined);
    await sessions.save(aSession());
    const newer = aSession({ sessionKey: 'bmV3ZXI=', obtainedAtMs: NOON_MS + 1 });

    await sessions.save(newer);

    t.strictSame(await sessions.find('wx-1', 'o-anna'), newer);
  });

  void t.test(
    'a login that ended late does not bring back the key that it was given early',
    async (t) => {
      const sessions = await create(t);
      const newer = aSession({ sessionKey: 'bmV3ZXI=', obtainedAtMs: NOON_MS + 1 });
      await sessions.save(newer);

      await sessions.save(aSession());

      t.strictSame(await sessions.find('wx-1', 'o-anna'), newer);
    },
  );

  void t.test('saving the same again changes nothing', async (t) => {
    const sessions = await create(t);

    await sessions.save(aSession());
    await sessions.save(aSession());

    t.strictSame(await sessions.find('wx-1', 'o-anna'), aSession());
  });

  void t.test('users and apps are told apart, also by case', async (t) => {
    const sessions = await create(t);
    const all = [
      aSession(),
      aSession({ openid: 'O-ANNA', sessionKey: 'dXBwZXI=' }),
      aSession({ appId: 'wx-2', sessionKey: 'b3RoZXI=' }),
    ];

    for (const session of all) await sessions.save(session);

    for (const session of all) {
      t.strictSame(await sessions.find(session.appId, session.openid), session);
    }
  });

  void t.test('of logins in parallel the latest wins', async (t) => {
    const sessions = await create(t);

    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        sessions.save(aSession({ sessionKey: `key-${index}`, obtainedAtMs: NOON_MS + index })),
      ),
    );

    t.equal((await sessions.find('wx-1', 'o-anna'))?.sessionKey, 'key-19');
  });
};

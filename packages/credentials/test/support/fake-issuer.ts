import type { CredentialSource } from '../../src/index.ts';

/** An issuer with one current text, that gives another one by force or in its last 300 s. */
export const createFakeIssuer = (nowMs: () => number) => {
  const fetches: string[] = [];
  const state = {
    serial: 1,
    expiresAtMs: nowMs() + 7_200_000,
    isDown: false,
    /** Answers wait for this, as when the issuer hangs. */
    hanging: undefined as Promise<void> | undefined,
    /** The asker dies after the issuer did what was asked. */
    losesAnswers: false,
  };
  const issue = () => {
    state.serial += 1;
    state.expiresAtMs = nowMs() + 7_200_000;
  };
  const source: CredentialSource = {
    async fetch(_id, { reason, mayEndCurrent }) {
      const askedAtMs = nowMs();
      const mode = reason === 'due' ? 'normal' : 'forced';
      if (mode === 'forced') await mayEndCurrent(askedAtMs);
      fetches.push(mode);
      await state.hanging;
      if (state.isDown) throw new Error('the issuer is down');
      if (mode === 'forced' || state.expiresAtMs - nowMs() < 300_000) issue();
      if (state.losesAnswers) throw new Error('the answer got lost');
      return {
        text: `token-${state.serial}`,
        expiresInSeconds: Math.floor((state.expiresAtMs - nowMs()) / 1000),
        askedAtMs,
        mode,
      };
    },
  };
  return { source, fetches, state, /** Somebody else forces a refresh. */ rotate: issue };
};

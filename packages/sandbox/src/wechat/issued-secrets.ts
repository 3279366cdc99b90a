export type SecretKind = 'access_token' | 'session_key' | 'ticket' | 'login_code' | 'phone_code';

export interface IssuedSecret {
  readonly kind: SecretKind;
  readonly value: string;
}

/**
 * Everything confidential that an answer ever held, so that a test can look whether it turns up
 * where it must not. A reset keeps it: what was given out before may stand in a log still.
 */
export interface IssuedSecrets {
  /** Notes the secret and gives it back. */
  note(kind: SecretKind, value: string): string;
  list(): readonly IssuedSecret[];
}

/** The oldest are forgotten first. */
const NOTED_MAX = 100_000;

export const createIssuedSecrets = (): IssuedSecrets => {
  const noted = new Map<string, IssuedSecret>();
  return {
    note(kind, value) {
      noted.set(value, { kind, value });
      const [oldest] = noted.size > NOTED_MAX ? noted.keys() : [];
      if (oldest !== undefined) noted.delete(oldest);
      return value;
    },
    list: () => [...noted.values()],
  };
};

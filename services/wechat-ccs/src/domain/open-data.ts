/** What encryptedData says, once it is known to be for us. */
export interface OpenData {
  readonly watermarkAtMs: number;
  readonly data: Readonly<Record<string, unknown>>;
}

interface Expected {
  readonly appId: string;
  readonly openid: string;
  readonly nowMs: number;
  readonly maxAgeSeconds?: number | undefined;
}

/** Clocks differ: a watermark may seem to come from the near future. */
const SKEW_MS = 300_000;

const parseObject = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
};

const isFresh = (atMs: number, { nowMs, maxAgeSeconds }: Expected): boolean =>
  maxAgeSeconds === undefined || (atMs >= nowMs - maxAgeSeconds * 1000 && atMs <= nowMs + SKEW_MS);

/**
 * Reference, 2. `undefined` when it is not JSON with our watermark, is of another user, or is older
 * than asked for: a wrong key shows as any of these.
 */
export const readOpenData = (plaintext: string, expected: Expected): OpenData | undefined => {
  const fields = parseObject(plaintext);
  if (fields === undefined) return undefined;
  const { watermark, ...data } = fields;
  const { appid, timestamp } = (watermark ?? {}) as Readonly<Record<string, unknown>>;
  if (appid !== expected.appId) return undefined;
  if (typeof timestamp !== 'number' || !Number.isSafeInteger(timestamp) || timestamp < 0)
    return undefined;
  const watermarkAtMs = timestamp * 1000;
  if (Number.isNaN(new Date(watermarkAtMs).getTime()) || !isFresh(watermarkAtMs, expected))
    return undefined;
  // Profiles name their owner, phone numbers do not.
  if (data['openId'] !== undefined && data['openId'] !== expected.openid) return undefined;
  return { watermarkAtMs, data };
};

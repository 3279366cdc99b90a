/** Content security (reference, 8): WeChat's numbers and words. */

export type ContentScene = 'profile' | 'comment' | 'forum' | 'social_log';
export type Suggest = 'pass' | 'review' | 'risky';
export type MediaType = 'audio' | 'image';

export const sceneNumbers = {
  profile: 1,
  comment: 2,
  forum: 3,
  social_log: 4,
} as const satisfies Readonly<Record<ContentScene, number>>;

export const mediaTypeNumbers = {
  audio: 1,
  image: 2,
} as const satisfies Readonly<Record<MediaType, number>>;

const suggestions: readonly unknown[] = ['pass', 'review', 'risky'] satisfies readonly Suggest[];

export const isSuggest = (value: unknown): value is Suggest => suggestions.includes(value);

/** A pushed verdict, as far as it can be read. */
export interface PushedVerdict {
  readonly traceId: string;
  readonly suggest: Suggest | null;
  readonly label: number | null;
  readonly errcode: number;
}

/** XML has texts only. */
const asInteger = (value: unknown): number | undefined => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
};

const asObject = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

const TRACE_ID = /^[\x21-\x7e]{1,128}$/;

/** The event `wxa_media_check`, in JSON or XML; `undefined` when it is not what WeChat documents. */
export const readVerdict = (
  message: Readonly<Record<string, unknown>>,
): PushedVerdict | undefined => {
  const { trace_id: traceId, errcode: rawErrcode = 0, result } = message;
  const errcode = asInteger(rawErrcode);
  if (typeof traceId !== 'string' || !TRACE_ID.test(traceId) || errcode === undefined)
    return undefined;
  // WeChat did not get to see it: there is no verdict.
  if (errcode !== 0) return { traceId, suggest: null, label: null, errcode };
  const { suggest, label: rawLabel } = asObject(result);
  const label = asInteger(rawLabel);
  if (!isSuggest(suggest) || label === undefined) return undefined;
  return { traceId, suggest, label, errcode };
};

import type { GrantEvent } from './subscribe-grant.ts';

/** Whether a message reached the user, as WeChat tells it afterwards. */
export interface Delivery {
  readonly templateId: string;
  readonly msgId: string | null;
  /** 0: delivered. */
  readonly errcode: number;
}

/** A pushed event about subscribe messages, read. */
export interface SubscribeEvent {
  readonly grants: readonly GrantEvent[];
  readonly deliveries: readonly Delivery[];
}

type Fields = Readonly<Record<string, unknown>>;

const asFields = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : undefined;

/** XML has texts only, JSON numbers as well. */
const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';

/** `List`, and what XML wraps around it (`SubscribeMsgPopupEvent`). */
const CONTAINER = /^(?:List|SubscribeMsg[A-Za-z]*Event)$/;
const DEPTH_MAX = 4;

/**
 * Everything with a template id, wherever it stands: JSON has `List` as an array or as one object,
 * XML nests it, and one or many look different there too.
 */
const entriesOf = (value: unknown, depth = 0): readonly Fields[] => {
  if (depth > DEPTH_MAX) return [];
  if (Array.isArray(value)) return value.flatMap((one) => entriesOf(one, depth + 1));
  const fields = asFields(value);
  if (fields === undefined) return [];
  if (textOf(fields['TemplateId']) !== '') return [fields];
  return Object.entries(fields).flatMap(([key, child]) =>
    CONTAINER.test(key) ? entriesOf(child, depth + 1) : [],
  );
};

const readPopup = (entry: Fields, atMs: number): readonly GrantEvent[] => {
  const templateId = textOf(entry['TemplateId']);
  const status = textOf(entry['SubscribeStatusString']);
  if (status === 'accept') return [{ kind: 'accepted', templateId, atMs }];
  return status === 'reject' ? [{ kind: 'rejected', templateId, atMs }] : [];
};

/** Switching on again authorises nothing: the next accepted popup does. */
const readChange = (entry: Fields, atMs: number): readonly GrantEvent[] =>
  textOf(entry['SubscribeStatusString']) === 'reject'
    ? [{ kind: 'switched_off', templateId: textOf(entry['TemplateId']), atMs }]
    : [];

const readDelivery = (entry: Fields): readonly Delivery[] => {
  const code = textOf(entry['ErrorCode']);
  if (!/^-?\d{1,9}$/.test(code)) return [];
  const msgId = textOf(entry['MsgID'] ?? entry['MsgId']);
  return [
    {
      templateId: textOf(entry['TemplateId']),
      msgId: /^\d{1,32}$/.test(msgId) ? msgId : null,
      errcode: Number(code),
    },
  ];
};

const TEMPLATE_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** What a push tells of subscribe messages; nothing for any other, or when it cannot be read. */
export const readSubscribeEvent = (
  event: string | null,
  message: Fields,
  atMs: number,
): SubscribeEvent => {
  const entries = entriesOf(message).filter((entry) =>
    TEMPLATE_ID.test(textOf(entry['TemplateId'])),
  );
  switch (event) {
    case 'subscribe_msg_popup_event':
      return { grants: entries.flatMap((entry) => readPopup(entry, atMs)), deliveries: [] };
    case 'subscribe_msg_change_event':
      return { grants: entries.flatMap((entry) => readChange(entry, atMs)), deliveries: [] };
    case 'subscribe_msg_sent_event':
      return { grants: [], deliveries: entries.flatMap(readDelivery) };
    case null:
    default:
      return { grants: [], deliveries: [] };
  }
};

import { randomUUID } from 'node:crypto';
import { signedHeaders, sealFor, type PlatformKey } from './keyring.ts';
import { toBeijingTime } from './fields.ts';
import type { PayMerchant } from './model.ts';

/** Pauses between the tries, in seconds (reference 8.2): 15 retries over 24 h 4 m. */
export const RETRY_SECONDS = [
  15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10_800, 10_800, 10_800, 21_600, 21_600,
] as const;

const ANSWER_WITHIN_MS = 5000;
/** How often the clock is looked at: it may be moved at any time. */
const TICK_MS = 10;
const KEPT_MAX = 50_000;

export interface PayEvent {
  readonly url: string;
  readonly eventType: string;
  readonly originalType: 'transaction' | 'refund';
  readonly summary: string;
  /** The merchant's number of what it is about. */
  readonly about: string;
  readonly content: object;
}

/** What is wrong with a copy that tests ask for. */
export type Tampering = 'body' | 'ciphertext' | 'signature' | 'timestamp' | 'serial' | 'probe';

export interface DeliveryAttempt {
  readonly at: string;
  /** HTTP status, or why there was none. */
  readonly answer: number | 'timeout' | 'unreachable';
  readonly isAccepted: boolean;
}

export interface Notification {
  readonly id: string;
  readonly mchid: string;
  readonly eventType: string;
  readonly about: string;
  readonly url: string;
  /** `given_up` after the last retry. */
  readonly state: 'waiting' | 'accepted' | 'given_up';
  readonly attempts: readonly DeliveryAttempt[];
}

export interface Notifier {
  /** Tells the merchant, and again by the schedule until it answers 200 or 204. */
  send(merchant: PayMerchant, event: PayEvent): string;
  /** Sends one copy now, outside the schedule, perhaps tampered with; its answer. */
  sendCopy(id: string, tampering?: Tampering): Promise<DeliveryAttempt>;
  /** Runs something when the sandbox's clock gets there. */
  at(dueAtMs: number, run: () => void): void;
  list(): readonly Notification[];
  /** Looks at what is due at once. */
  wake(): void;
  clear(): void;
  close(): void;
}

interface Deps {
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly findMerchant: (mchid: string) => PayMerchant | undefined;
  readonly signingKey: (mchid: string, kind: PlatformKey['kind']) => PlatformKey;
}

interface Delivery {
  readonly id: string;
  readonly mchid: string;
  readonly event: PayEvent;
  readonly body: string;
  state: Notification['state'];
  dueAtMs: number;
  isRunning: boolean;
  attempts: DeliveryAttempt[];
}

const flipped = (text: string): string => {
  const middle = Math.floor(text.length / 2);
  const character = text[middle] === 'A' ? 'B' : 'A';
  return text.slice(0, middle) + character + text.slice(middle + 1);
};

export const createNotifier = ({ nowMs, random, findMerchant, signingKey }: Deps): Notifier => {
  let deliveries: Delivery[] = [];
  let appointments: { readonly dueAtMs: number; readonly run: () => void }[] = [];
  let timer: NodeJS.Timeout | undefined;
  const closing = new AbortController();

  const bodyOf = (merchant: PayMerchant, id: string, event: PayEvent): string =>
    JSON.stringify({
      id,
      create_time: toBeijingTime(nowMs()),
      resource_type: 'encrypt-resource',
      event_type: event.eventType,
      summary: event.summary,
      resource: {
        original_type: event.originalType,
        ...sealFor(merchant.config.apiV3Key, JSON.stringify(event.content), event.originalType),
      },
    });

  const keyFor = (merchant: PayMerchant): PlatformKey => {
    const { notifyKey, notifyOtherKeyShare } = merchant.settings;
    const other = notifyKey === 'certificate' ? 'public_key' : 'certificate';
    const kind = random() < notifyOtherKeyShare ? other : notifyKey;
    return signingKey(merchant.config.mchid, kind);
  };

  const compose = (delivery: Delivery, merchant: PayMerchant, tampering?: Tampering) => {
    const isProbe = tampering === 'probe' || random() < merchant.settings.probeShare;
    const nowSeconds = Math.floor(nowMs() / 1000);
    const timestampSeconds = tampering === 'timestamp' ? nowSeconds - 301 : nowSeconds;
    const headers = signedHeaders(keyFor(merchant), delivery.body, { timestampSeconds, isProbe });
    if (tampering === 'signature')
      headers['Wechatpay-Signature'] = flipped(headers['Wechatpay-Signature'] ?? '');
    if (tampering === 'serial') headers['Wechatpay-Serial'] = '0'.repeat(40);
    const body =
      tampering === 'body'
        ? delivery.body.replace('encrypt-resource', 'encrypt-resourcf')
        : tampering === 'ciphertext'
          ? delivery.body.replace(
              /("ciphertext":")([^"]+)"/,
              (_, head: string, text: string) => `${head}${flipped(text)}"`,
            )
          : delivery.body;
    return { headers, body };
  };

  const post = async (
    delivery: Delivery,
    merchant: PayMerchant,
    tampering?: Tampering,
  ): Promise<DeliveryAttempt> => {
    const at = new Date(nowMs()).toISOString();
    const { headers, body } = compose(delivery, merchant, tampering);
    try {
      const response = await fetch(delivery.event.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'user-agent': 'Mozilla/4.0', ...headers },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([AbortSignal.timeout(ANSWER_WITHIN_MS), closing.signal]),
      });
      await response.arrayBuffer();
      const isAccepted = response.status === 200 || response.status === 204;
      return { at, answer: response.status, isAccepted };
    } catch (error) {
      const isTimeout = error instanceof Error && error.name === 'TimeoutError';
      return { at, answer: isTimeout ? 'timeout' : 'unreachable', isAccepted: false };
    }
  };

  const settle = (delivery: Delivery, merchant: PayMerchant, attempt: DeliveryAttempt): void => {
    delivery.isRunning = false;
    delivery.attempts.push(attempt);
    if (attempt.isAccepted) {
      delivery.state = 'accepted';
      return;
    }
    const pauseSeconds = RETRY_SECONDS[delivery.attempts.length - 1];
    if (pauseSeconds === undefined) delivery.state = 'given_up';
    else delivery.dueAtMs = nowMs() + (pauseSeconds * 1000) / merchant.settings.notifySpeed;
  };

  const run = (delivery: Delivery): void => {
    const merchant = findMerchant(delivery.mchid);
    if (merchant === undefined || merchant.settings.notificationsPaused) return;
    delivery.isRunning = true;
    void post(delivery, merchant).then((attempt) => {
      settle(delivery, merchant, attempt);
    });
  };

  const isOpen = ({ state }: Delivery): boolean => state === 'waiting';

  const tick = (): void => {
    const now = nowMs();
    const due = appointments.filter(({ dueAtMs }) => dueAtMs <= now);
    appointments = appointments.filter(({ dueAtMs }) => dueAtMs > now);
    for (const { run: keep } of due) keep();
    for (const delivery of deliveries) {
      if (isOpen(delivery) && !delivery.isRunning && delivery.dueAtMs <= now) run(delivery);
    }
    if (appointments.length === 0 && !deliveries.some(isOpen)) {
      clearInterval(timer);
      timer = undefined;
    }
  };

  const wake = (): void => {
    if (closing.signal.aborted) return;
    timer ??= setInterval(tick, TICK_MS).unref();
    tick();
  };

  const viewOf = ({ id, mchid, event, state, attempts }: Delivery): Notification => ({
    id,
    mchid,
    eventType: event.eventType,
    about: event.about,
    url: event.url,
    state,
    attempts,
  });

  return {
    send(merchant, event) {
      const id = randomUUID();
      const { mchid } = merchant.config;
      const body = bodyOf(merchant, id, event);
      deliveries.push({
        ...{ id, mchid, event, body },
        state: 'waiting',
        dueAtMs: nowMs(),
        isRunning: false,
        attempts: [],
      });
      if (deliveries.length > KEPT_MAX) deliveries = deliveries.slice(-KEPT_MAX / 2);
      // Not within the request that caused it: the payer's phone hears first.
      setImmediate(wake);
      return id;
    },
    async sendCopy(id, tampering) {
      const delivery = deliveries.find((one) => one.id === id);
      const merchant = delivery === undefined ? undefined : findMerchant(delivery.mchid);
      if (delivery === undefined || merchant === undefined)
        throw new Error(`there is no notification ${id}`);
      return post(delivery, merchant, tampering);
    },
    at(dueAtMs, work) {
      appointments.push({ dueAtMs, run: work });
      setImmediate(wake);
    },
    list: () => deliveries.map(viewOf),
    wake,
    clear() {
      deliveries = [];
      appointments = [];
    },
    close() {
      closing.abort();
      clearInterval(timer);
      timer = undefined;
    },
  };
};

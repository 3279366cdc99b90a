import { auth, type ParamsOf } from '@app/contracts';
import { isError } from '@app/kernel';
import type { ActionCaller, Logger, Part } from '@app/runtime';

type Intent = ParamsOf<typeof auth.actions.beginAdminWrite>;
type Outcome = ParamsOf<typeof auth.actions.completeAdminWrite>;

/** Notes in the audit log, which auth keeps. */
export interface AuditNotes {
  /** Durable when it resolves. @throws DomainError when auth cannot note it: then nothing may run. */
  begin(intent: Intent): Promise<number>;
  /** Never rejects: what cannot be told now is told again until it is. */
  complete(outcome: Outcome): Promise<void>;
}

const AGAIN_EVERY_MS = 1_000;

/** More writes than admins make while auth is away; beyond it the oldest stay intents. */
const WAITING_MAX = 1_000;

export const createAuditNotes = (options: {
  readonly call: ActionCaller;
  readonly logger: Logger;
  readonly againEveryMs?: number;
}): AuditNotes & { readonly worker: Part } => {
  const { call, logger, againEveryMs = AGAIN_EVERY_MS } = options;
  const waiting: Outcome[] = [];
  let timer: NodeJS.Timeout | undefined;

  const tell = async (outcome: Outcome): Promise<boolean> => {
    try {
      await call(auth.actions.completeAdminWrite, outcome);
      return true;
    } catch (error) {
      logger.warn({ err: error, intentSeq: outcome.intentSeq }, 'an outcome could not be noted');
      return isError(error, 'AUDIT_INTENT_UNKNOWN');
    }
  };

  const tellAgain = async (): Promise<void> => {
    timer = undefined;
    for (let [next] = waiting; next !== undefined; [next] = waiting) {
      if (!(await tell(next))) break;
      waiting.shift();
    }
    arm();
  };

  const arm = (): void => {
    if (waiting.length > 0) timer ??= setTimeout(() => void tellAgain(), againEveryMs);
  };

  return {
    begin: async (intent) => (await call(auth.actions.beginAdminWrite, intent)).seq,
    complete: async (outcome) => {
      if (await tell(outcome)) return;
      waiting.push(outcome);
      if (waiting.length > WAITING_MAX) waiting.shift();
      arm();
    },
    worker: {
      name: 'audit notes',
      start: () => Promise.resolve(),
      // What is still untold stays an intent without an outcome, as after a crash.
      stop: async () => {
        clearTimeout(timer);
        await Promise.all(waiting.splice(0).map(tell));
      },
    },
  };
};

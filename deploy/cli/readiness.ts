import { setTimeout as pause } from 'node:timers/promises';
import { CommandError, seconds } from './say.ts';

interface ReadyAnswer {
  readonly data?: {
    readonly parts?: readonly { service: string; part: string; ok: boolean; reason?: string }[];
  };
}

/** The parts of `/system/ready` that are not there yet, one per line. */
export const missingParts = (answer: unknown): string =>
  ((answer as ReadyAnswer).data?.parts ?? [])
    .filter(({ ok }) => !ok)
    .map(({ service, part, reason }) => `  ${service}: ${part} ${reason ?? 'is not ready'}`)
    .join('\n') || JSON.stringify(answer);

/** One look. @returns `undefined` when ready, else what is missing. */
export const lookReady = async (gatewayUrl: string): Promise<string | undefined> => {
  try {
    const response = await fetch(`${gatewayUrl}/system/ready`, {
      signal: AbortSignal.timeout(5000),
    });
    return response.ok ? undefined : missingParts(await response.json());
  } catch {
    return '  the gateway does not answer';
  }
};

/**
 * Resolves when `/system/ready` says 200. `giveUp` is asked before every look and may throw;
 * at the deadline a `CommandError` names what is missing.
 */
export const waitReady = async (
  gatewayUrl: string,
  withinMs: number,
  giveUp: () => void | Promise<void> = () => undefined,
): Promise<void> => {
  const endAtMs = Date.now() + withinMs;
  for (;;) {
    await giveUp();
    const missing = await lookReady(gatewayUrl);
    if (missing === undefined) return;
    if (Date.now() >= endAtMs)
      throw new CommandError(`the suite is not ready after ${seconds(withinMs)}:\n${missing}`);
    await pause(150);
  }
};

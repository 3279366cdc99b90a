import type { Client } from './http.ts';

interface Answered {
  readonly gateway: string;
  readonly status: number;
  readonly startedMs: number;
  readonly endedMs: number;
}

export interface LoadResult {
  readonly answers: readonly Answered[];
  /** Successful answers that were not about the caller. */
  readonly wrong: readonly string[];
}

/**
 * Each lane asks for its own profile again and again, one request at a time. A connection that is
 * refused or cut counts as status 0.
 */
export const startLoad = (
  lanes: readonly { readonly gateway: Client; readonly token: string; readonly userId: string }[],
): { stop(): Promise<LoadResult> } => {
  const answers: Answered[] = [];
  const wrong: string[] = [];
  let running = true;
  const work = lanes.map(async ({ gateway, token, userId }) => {
    while (running) {
      const startedMs = performance.now();
      let status = 0;
      try {
        const answer = await gateway.get<{ id: string }>('/api/v1/users/me', { token });
        status = answer.status;
        if (status === 200 && answer.body.data.id !== userId)
          wrong.push(`${userId} got ${answer.body.data.id}`);
      } catch {
        // The gateway itself is gone; breathe, or the lane spins.
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      answers.push({ gateway: gateway.baseUrl, status, startedMs, endedMs: performance.now() });
    }
  });
  return {
    async stop() {
      running = false;
      await Promise.all(work);
      return { answers, wrong };
    },
  };
};

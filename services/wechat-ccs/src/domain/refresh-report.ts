/** Why the last refresh that failed did. Holds no secret: codes, numbers and an address. */
export interface RefreshFailure {
  /** Our code. */
  readonly code: string;
  /** WeChat's number, when it gave one. */
  readonly errcode: number | null;
  /** Our address as WeChat saw it (40164). */
  readonly callerIp: string | null;
  readonly atMs: number;
}

/** How the refreshes of an app's token went, whichever node did them. */
export interface RefreshReport {
  readonly failure: RefreshFailure | null;
  readonly refreshedAtMs: number | null;
}

/** Whether the failure is still the state of affairs. */
export const isFailing = ({ failure, refreshedAtMs }: RefreshReport): boolean =>
  failure !== null && failure.atMs > (refreshedAtMs ?? 0);

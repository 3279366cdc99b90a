/** One thing the doctor looked at. */
export interface Finding {
  /** `stop`: the suite would not start or not be safe. `care`: it works, but not as it should. */
  readonly level: 'good' | 'care' | 'stop';
  readonly what: string;
  readonly remedy?: string;
}

export const good = (what: string): Finding => ({ level: 'good', what });
export const care = (what: string, remedy: string): Finding => ({ level: 'care', what, remedy });
export const stop = (what: string, remedy: string): Finding => ({ level: 'stop', what, remedy });

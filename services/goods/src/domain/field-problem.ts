/** A value that its schema allows and a rule of ours does not. */
export interface FieldProblem {
  /** `images[0]` */
  readonly field: string;
  readonly zh: string;
  readonly en: string;
}

/** What this service can do: one entry per file in `usecase/`. */
export interface Usecases {
  ping(command: { readonly name: string }): Promise<{ readonly count: number }>;
}

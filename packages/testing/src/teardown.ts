/** The part of a tap test that these helpers use: what is made for a test ends with it. */
export interface TestScope {
  teardown(fn: () => unknown): unknown;
}

/** What one test file said. */
export interface TapResult {
  readonly passed: number;
  /** The titles of tests that failed, outermost first, joined by " › ". */
  readonly failed: readonly string[];
}

interface Block {
  readonly indent: number;
  readonly title: string;
  hasChildren: boolean;
}

const RESULT = /^( *)(not )?ok\b(?:\s+\d+)?(?:\s+-)?\s*(.*)$/;
const SUBTEST = /^( *)# Subtest(?:: (.*))?$/;

/** Time and directives follow the title: `title # time=3.2ms {`. */
const cleanTitle = (text: string): string =>
  text
    .replace(/\s*\{\s*$/, '')
    .replace(/\s+# (time=|SKIP|TODO).*$/i, '')
    .trim();

/**
 * Counts tests, not assertions: a test is an innermost subtest; a file without subtests is one
 * test. A skipped or unfinished test counts as failed: here nothing skips itself.
 */
export const readTap = (output: string, fileTitle: string): TapResult => {
  const open: Block[] = [];
  const failed: string[] = [];
  let passed = 0;
  let tests = 0;
  let fileFailed = false;

  const pathOf = (title: string): string =>
    [...open.map((block) => block.title), title].join(' › ');
  const enter = (indent: number, title: string): void => {
    const parent = open.at(-1);
    if (parent !== undefined) parent.hasChildren = true;
    open.push({ indent, title, hasChildren: false });
  };
  const leave = (indent: number): Block | undefined => {
    while ((open.at(-1)?.indent ?? -1) > indent) open.pop();
    return open.at(-1)?.indent === indent ? open.pop() : undefined;
  };
  const count = (block: Block, isGood: boolean): void => {
    if (block.hasChildren) return;
    tests += 1;
    if (isGood) passed += 1;
    else failed.push(pathOf(block.title));
  };
  const buffered: { block: Block; isGood: boolean }[] = [];

  for (const line of output.split('\n')) {
    const subtest = SUBTEST.exec(line);
    if (subtest !== null) {
      const indent = subtest[1]?.length ?? 0;
      leave(indent);
      enter(indent, subtest[2] ?? '(no title)');
      continue;
    }
    const closing = /^( *)\}$/.exec(line);
    const last = buffered.at(-1);
    if (closing !== null && last !== undefined && closing[1]?.length === last.block.indent) {
      buffered.pop();
      leave(last.block.indent);
      count(last.block, last.isGood);
      continue;
    }
    const result = RESULT.exec(line);
    if (result === null) continue;
    const [, spaces = '', not, rest = ''] = result;
    const isGood = not === undefined && !/# (SKIP|TODO)\b/i.test(rest);
    if (!isGood && spaces === '') fileFailed = true;
    if (rest.endsWith('{')) {
      // The buffered form: the result stands before its details.
      leave(spaces.length);
      enter(spaces.length, cleanTitle(rest));
      const block = open.at(-1);
      if (block !== undefined) buffered.push({ block, isGood });
      continue;
    }
    const block = leave(spaces.length);
    if (block !== undefined) count(block, isGood);
  }

  if (tests === 0)
    return fileFailed ? { passed: 0, failed: [fileTitle] } : { passed: 1, failed: [] };
  // Something at the top of the file failed although every subtest passed.
  if (fileFailed && failed.length === 0) failed.push(fileTitle);
  return { passed, failed };
};

/** The output without the blocks of top-level tests that passed: what a person needs to mend it. */
export const withoutPassed = (output: string): string => {
  const kept: string[] = [];
  let block: string[] | undefined;
  for (const line of output.split('\n')) {
    if (line.startsWith('# Subtest')) block = [line];
    else if (block === undefined) {
      if (line !== '' && !line.startsWith('ok ')) kept.push(line);
    } else {
      block.push(line);
      if (!/^(not )?ok\b/.test(line)) continue;
      if (line.startsWith('not ')) kept.push(...block);
      block = undefined;
    }
  }
  return [...kept, ...(block ?? [])].join('\n');
};

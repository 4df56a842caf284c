/**
 * In which order test files look at an edited source: its own first, then its neighbours'.
 *
 * Paths below `src` and `test` mirror each other, so `src/copy/one-pte.ts` is first looked at by
 * `test/copy/one-pte.test.ts`, then by the rest of `test/copy`, then by all others.
 */

/** Test files, nearest to `source` first; equally near ones as given. Paths are from the root. */
export const nearestFirst = <File>(
  tests: readonly File[],
  source: string,
  pathOf: (file: File) => string,
): File[] => [...tests].sort((a, b) => nearness(pathOf(b), source) - nearness(pathOf(a), source));

/** Folders in common, and one more for a test whose name begins as the source's does. */
function nearness(test: string, source: string): number {
  const [testParts, sourceParts] = [partsOf(test, "/test/"), partsOf(source, "/src/")];
  let common = 0;
  while (common < sourceParts.length - 1 && testParts[common] === sourceParts[common]) common++;
  const isOwn = common === sourceParts.length - 1 && testParts.length === sourceParts.length;
  const stem = (parts: readonly string[]): string => parts.at(-1)?.split(".")[0] ?? "";
  return common + (isOwn && stem(testParts).startsWith(stem(sourceParts)) ? 1 : 0);
}

const partsOf = (path: string, root: string): string[] => path.replace(root, "/").split("/");

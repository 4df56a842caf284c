/** The example of README.md, as it stands there. */
import { createSpinLock, createSync, runToCompletion } from "@forkpath/sync";
import { expect, test } from "vitest";
import {
  anonVmaFork,
  anonVmaPrepare,
  createAnonVmas,
  forEachAnonVmaVma,
  type RmapVma,
  unlinkAnonVmas,
} from "../src/index.ts";

test("the README's example says what it prints", () => {
  const sync = createSync();
  const anonVmas = createAnonVmas();
  const lock = createSpinLock("page_table_lock");
  const [parent, first, second, third] = [0, 1, 2, 3].map(
    (): RmapVma => ({ anonVma: null, anonVmaChain: [] }),
  );
  // The parent writes to its vma, forks three times, and the second child exits.
  runToCompletion(anonVmaPrepare(sync, anonVmas, parent, lock, () => null));
  for (const child of [first, second, third]) {
    runToCompletion(anonVmaFork(sync, anonVmas, child, parent));
  }
  runToCompletion(unlinkAnonVmas(sync, anonVmas, second));

  // Which vmas may map a page that the parent wrote?
  const found: RmapVma[] = [];
  forEachAnonVmaVma(parent.anonVma!, (vma) => {
    found.push(vma);
  });
  expect(found).toEqual([parent, first, third]);
});

/** SPEC D43: what the modelled kernel dies of is told apart from what is wrong with the model. */
import { describe, expect, test } from "vitest";
import {
  bugUnless,
  createSpinLock,
  createSync,
  InvariantError,
  KernelBug,
  type KernelThread,
  runToCompletion,
  spinLock,
  spinUnlock,
} from "../src/index.ts";

describe("a BUG", () => {
  test("is none as long as the rule holds", () => {
    expect(() => bugUnless(true, "pages-are-files", "page 3")).not.toThrow();
  });

  test("names the rule and the state, and is no InvariantError", () => {
    const bug = new KernelBug("pages-are-files", "page 3 is not");
    expect([bug.name, bug.rule, bug.message]).toEqual([
      "KernelBug",
      "pages-are-files",
      "pages-are-files: page 3 is not",
    ]);
    expect(bug).not.toBeInstanceOf(InvariantError);
  });

  test("ends the thread where it stands: what it has locked stays locked", () => {
    const sync = createSync();
    const lock = createSpinLock("i_mmap_lock");
    function* die(): KernelThread<void> {
      yield* spinLock(sync, lock, "try_to_unmap_file");
      bugUnless(false, "pages-are-files", "page 3 is not");
      yield* spinUnlock(sync, lock, "try_to_unmap_file");
    }
    expect(() => runToCompletion(die())).toThrow(KernelBug);
    expect(lock.holder?.name).toBe(sync.current.name);
  });
});

/** A fault under the lock of its area alone (L6): which lock the first fault in an area takes. */
import { rulesOf } from "@forkpath/abi";
import { PRIVATE, SHARED } from "@forkpath/test-world";
import { createFile, createProcess, type ProcessOptions } from "@forkpath/test-world/process";
import { at } from "@forkpath/test-world/process-looks";
import { expect, test } from "vitest";
import { mmRules, touch } from "../../src/index.ts";

/** Label of the lock, of the area or of all areas, that an access to page 0 takes. */
function lockOf(options: ProcessOptions, isWrite: boolean): string {
  const p = createProcess({ rules: rulesOf(mmRules, "v6.18"), ...options });
  p.env.sync.interleaved = true;
  const labels = new Set([...touch(p.env, p.mm, at(p, 0), isWrite)].map(({ label }) => label));
  return ["P.mmap_sem", "P.vm_lock"].find((lock) => labels.has(lock)) ?? "none";
}

const file = () => createFile({ sizePages: 512 });
const HUGE = { thp: "always", pages: 512 } as const;

test.each([
  ["a read of anonymous memory", {}, false, "P.vm_lock"],
  ["a read that may bring a huge page, and an anon_vma with it", HUGE, false, "P.mmap_sem"],
  ["a write", {}, true, "P.mmap_sem"],
  ["a read of a file", { ...HUGE, file: file(), flags: PRIVATE }, false, "P.vm_lock"],
  ["a write to a shared file", { ...HUGE, file: file(), flags: SHARED }, true, "P.vm_lock"],
] as const)("%s", (_, options, isWrite, lock) => {
  expect(lockOf(options, isWrite)).toBe(lock);
});

/** A read-only MAP_SHARED file mapping: it lost SHARED and MAYWRITE when it was made (SPEC §5.2). */
import { VmFlag } from "@forkpath/abi";
import { expect, test } from "vitest";
import { copyPageRange } from "../src/index.ts";
import { draw, run, show } from "./draw.ts";

const READ_ONLY_SHARE = VmFlag.READ | VmFlag.MAYREAD | VmFlag.MAYSHARE;

test("is neither write-protected nor cleaned by fork: only the child's young bit goes (SPEC §6.10)", () => {
  const world = draw("F f", { flags: READ_ONLY_SHARE | VmFlag.INSERTPAGE, hasAnonVma: false });
  expect(run(copyPageRange(world.env, world.dst, world.src, world.vma))).toBe(0);
  expect(show(world)).toEqual({
    parent: "F f",
    child: "F' f'", // not c: SHARED alone makes the copy clean
    rss: "file 2 anon 0 swap 0",
  });
});

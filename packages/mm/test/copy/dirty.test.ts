/** Which dirty bits the child's copy of an entry keeps: SHARED alone decides (SPEC §6.10). */
import { VmFlag, virtAddr } from "@forkpath/abi";
import { findPteCell, Pte, pteHigh, pteLow, setPte } from "@forkpath/page-table";
import { PRIVATE, run, SHARED, START } from "@forkpath/test-world";
import { draw, show } from "@forkpath/test-world/tables";
import { expect, test } from "vitest";
import { copyPageRange, type MmStruct } from "../../src/index.ts";

/** What MAP_SHARED makes of a file that was opened read-only (SPEC §5.2). */
const READ_ONLY_SHARE = VmFlag.READ | VmFlag.MAYREAD | VmFlag.MAYSHARE;
const DIRTY = Pte.DIRTY | Pte.SOFTDIRTY;

test.each([
  { area: "private", flags: PRIVATE, kept: DIRTY },
  { area: "shared", flags: SHARED, kept: 0 },
  { area: "shared, of a file opened read-only", flags: READ_ONLY_SHARE, kept: DIRTY },
])("$area: of DIRTY and SOFTDIRTY the child keeps $kept", ({ flags, kept }) => {
  const { env, src, dst, vma } = draw("f", { flags: flags | VmFlag.INSERTPAGE });
  const cellOf = (mm: MmStruct): number => findPteCell(env.tables, mm.pgd, virtAddr(START));
  const low = pteLow(env.tables, cellOf(src)) | DIRTY;
  setPte(env.tables, cellOf(src), low, pteHigh(env.tables, cellOf(src)));
  expect(run(copyPageRange(env, dst, src, vma))).toBe(0);
  expect(pteLow(env.tables, cellOf(src)) & DIRTY).toBe(DIRTY);
  expect(pteLow(env.tables, cellOf(dst)) & DIRTY).toBe(kept);
});

test("a read-only share is not write-protected either: only the child's young bit goes", () => {
  const flags = READ_ONLY_SHARE | VmFlag.INSERTPAGE;
  const world = draw("F f", { flags, hasAnonVma: false });
  expect(run(copyPageRange(world.env, world.dst, world.src, world.vma))).toBe(0);
  expect(show(world)).toEqual({ parent: "F f", child: "F' f'", rss: "(2,0,0)" });
});

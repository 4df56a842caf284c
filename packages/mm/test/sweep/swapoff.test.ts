/** SPEC §3.9: swapoff brings every page back. */
import { Errno, PAGE_SIZE, Prot } from "@forkpath/abi";
import { isOnMmlist, mmlistFrom } from "@forkpath/swap";
import {
  addSpace,
  addVma,
  createMachine,
  flagsOf,
  PRIVATE,
  refsOf,
  run,
  slots,
} from "@forkpath/test-world";
import { access, createFamily, fork } from "@forkpath/test-world/family";
import { addressOf, frameOf, mmOf, recount, show, vmaOf } from "@forkpath/test-world/family-looks";
import { swapOut, swapoff } from "@forkpath/test-world/family-paths";
import { swapOut as swapOutPages, write } from "@forkpath/test-world/process-calls";
import { framesOf, show as showProcess } from "@forkpath/test-world/process-looks";
import { describe, expect, test } from "vitest";
import { sysMprotect, sysMunmap, sysSwapoff, sysSwapon } from "../../src/index.ts";

describe.each([true, false])("swapoff, splitPtlocks %s", (splitPtlocks) => {
  test("after fork: one page for the whole family, dirty and in no cache", () => {
    const family = createFamily("W W -", { splitPtlocks });
    fork(family, "P", "C");
    fork(family, "C", "G");
    swapOut(family, "P", 0);
    expect(show(family)).toEqual({ P: "s r - (0,1,1)", C: "s r' - (0,1,1)", G: "s r' - (0,1,1)" });
    expect(swapoff(family)).toBe(0);
    expect(show(family)).toEqual({
      P: "rc' r - (0,2,0)",
      C: "rc' r' - (0,2,0)",
      G: "rc' r' - (0,2,0)",
    });
    const page = frameOf(family, "P", 0);
    expect([refsOf(family, page), flagsOf(family, page)]).toEqual([
      "3/3",
      ["DIRTY", "LRU", "ACTIVE"],
    ]);
    expect(frameOf(family, "G", 0)).toBe(page);
    expect(recount(family)).toEqual([]);
  });

  test("a page that is cached is mapped, not read", () => {
    const family = createFamily("W", { splitPtlocks });
    fork(family, "P", "C");
    swapOut(family, "P", 0);
    access(family, "P", 0, false);
    const page = frameOf(family, "P", 0);
    expect(swapoff(family)).toBe(0);
    expect(show(family)).toEqual({ P: "rc (0,1,0)", C: "rc' (0,1,0)" });
    expect(frameOf(family, "C", 0)).toBe(page);
    expect(recount(family)).toEqual([]);
  });

  test("pages of several members and slots, some split up by writes", () => {
    const family = createFamily("W W W W", { splitPtlocks });
    fork(family, "P", "C");
    access(family, "C", 1, true);
    for (const name of ["P", "C"]) swapOut(family, name, 1);
    swapOut(family, "C", 3);
    expect(slots(family, 3)).toBe("0x01 0x01 0x02");
    expect(swapoff(family)).toBe(0);
    expect(show(family)).toEqual({ P: "r rc' r rc' (0,4,0)", C: "r' rc' r' rc' (0,4,0)" });
    expect(recount(family)).toEqual([]);
  });
});

describe("what is left behind", () => {
  test("the area is gone, and the ring is empty", () => {
    const family = createFamily("W");
    const { swap } = family.env;
    swapOut(family, "P", 0);
    expect(mmlistFrom(swap.initMm).map((node) => node.name)).toEqual(["P"]);
    expect(swapoff(family)).toBe(0);
    expect([swap.areas[0].flags, swap.totalSwapPages, swap.nrSwapPages]).toEqual([0, 0, 0]);
    expect(isOnMmlist(mmOf(family, "P").mmlist)).toBe(false);
    expect(swapoff(family)).toBe(-Errno.EINVAL);
  });

  test("the ring stays while another area is in use", () => {
    const family = createFamily("W W", { slots: 2 });
    expect(sysSwapon(family.env, { max: 8 })).toBe(1);
    swapOut(family, "P", 0);
    swapOut(family, "P", 1);
    expect(swapoff(family)).toBe(0);
    expect(show(family)).toEqual({ P: "rc' s (0,1,1)" });
    expect(isOnMmlist(mmOf(family, "P").mmlist)).toBe(true);
    expect(run(sysSwapoff(family.env, mmOf(family, "P"), 1))).toBe(0);
    expect(show(family)).toEqual({ P: "rc' rc' (0,2,0)" });
    expect(recount(family)).toEqual([]);
  });

  test("a page is found in the last of several areas, be it cached or not", () => {
    const family = createFamily("W W W");
    fork(family, "P", "C");
    const { env } = family;
    const c = mmOf(family, "C");
    expect(run(sysMprotect(env, c, addressOf(2), PAGE_SIZE, Prot.READ))).toBe(0);
    expect(c.vmas.length).toBe(2);
    for (const page of [1, 2]) swapOut(family, "P", page);
    access(family, "P", 2, false);
    expect(show(family)).toEqual({ P: "r s rc (0,2,1)", C: "r' s s (0,1,2)" });
    expect(swapoff(family)).toBe(0);
    expect(show(family)).toEqual({ P: "r rc' rc (0,3,0)", C: "r' rc' rc' (0,3,0)" });
    expect(recount(family)).toEqual([]);
  });

  test("what was promised is as before", () => {
    const family = createFamily("W");
    family.env.commit.committed = 7;
    expect(swapoff(family)).toBe(0);
    expect(family.env.commit.committed).toBe(7);
  });

  test("a page is found in an area that begins later than it did", () => {
    const family = createFamily("W W");
    swapOut(family, "P", 1);
    const { env } = family;
    run(sysMunmap(env, mmOf(family, "P"), addressOf(0), PAGE_SIZE));
    expect(vmaOf(family, "P").start).toBe(addressOf(1));
    expect(swapoff(family)).toBe(0);
    expect(show(family)).toEqual({ P: "- rc' (0,1,0)" });
    expect(recount(family)).toEqual([]);
  });
});

test("a page that a pin keeps in the swap cache comes back at address 0, too", () => {
  const env = createMachine();
  const mm = addSpace(env, "P");
  const p = { env, mm, vma: addVma({ env, mm }, 0, 1, PRIVATE) };
  write(p, 0);
  const [page] = framesOf(p);
  env.map.count[page]++;
  swapOutPages(p, 0);
  expect(showProcess(p).ptes).toBe("s");
  expect(run(sysSwapoff(env, mm, 0))).toBe(0);
  expect([showProcess(p).ptes, framesOf(p)]).toEqual(["rc'", [page]]);
});

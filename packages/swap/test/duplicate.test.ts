import { Errno } from "@forkpath/abi";
import { runToCompletion } from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import {
  addSwapCountContinuation,
  checkSwap,
  getSwapPage,
  makeEntry,
  SwapFlag,
  type SwapState,
  swapCount,
  swapcacheFree,
  swapcachePrepare,
  swapDuplicate,
  swapFree,
  swapShmemAlloc,
} from "../src/index.ts";
import { addSwapCountContinuationAtomic, pokeContinuationPages } from "../src/internal.ts";
import {
  draw,
  PTE,
  pagesOn,
  pteOf,
  refuseMemory,
  SLOT,
  SLOTS,
  show,
  takeEvents,
  testSlots,
  type World,
} from "./world.ts";

const duplicate = ({ sync, swap }: World): number => swapDuplicate(sync, swap, ...PTE);
const free = ({ sync, swap }: World): void => swapFree(sync, swap, ...PTE);
const LOCKED = ["lock swap", "unlock swap"];

describe("the life of a slot (SPEC A.2)", () => {
  test("swap-out, first unmap, written and dropped from the cache", () => {
    const world = draw();
    const { sync, swap } = world;
    const entry = getSwapPage(sync, swap);
    expect(entry).toBe(makeEntry(0, 1));
    expect(show(world, 1)).toBe("0x40");
    expect(swapDuplicate(sync, swap, ...pteOf(1))).toBe(0);
    expect(show(world, 1)).toBe("0x41");
    swapcacheFree(sync, swap, entry);
    expect(show(world, 1)).toBe("0x01");
    swapFree(sync, swap, ...pteOf(1));
    expect(show(world, 1)).toBe("0x00");
    expect(checkSwap(swap)).toEqual([]);
  });

  const pictures = {
    "62 to 63 users": "0x3e → 0x80,[0x01]",
    "63 to 64": "0x80,[0x01] → 0x81,[0x01]",
    "125 to 126": "0xbe,[0x01] → 0x80,[0x02]",
    "8063 to 8064": "0xbe,[0x7f] → 0x80,[0x80,0x01]",
    "8064 to 8065": "0x80,[0x80,0x01] → 0x81,[0x80,0x01]",
    "1032191 to 1032192": "0xbe,[0xff,0x7f] → 0x80,[0x80,0x80,0x01]",
    "62 to 63 in the cache": "0x7e → 0xc0,[0x01]",
  };
  testSlots("%s, and back", pictures, (world, after, before) => {
    expect(duplicate(world)).toBe(0);
    expect(show(world)).toBe(after);
    free(world);
    expect(show(world)).toBe(before);
  });

  test("8064 users less one leave a page whose digit is 0", () => {
    const world = draw("0x80,[0x80,0x01]");
    free(world);
    expect(show(world)).toBe("0xbe,[0x7f]");
    expect(world.swap.areas[0].continuations.get(0)?.[1][SLOT]).toBe(0);
  });

  test("a shmem slot takes no PTE, and swap_duplicate says 0 all the same", () => {
    const world = draw("0x40");
    expect(swapShmemAlloc(world.sync, world.swap, makeEntry(0, SLOT))).toBe(0);
    expect(show(world)).toBe("0xff");
    expect(duplicate(world)).toBe(0);
    expect(show(world)).toBe("0xff");
  });
});

describe("what a full count asks for (SPEC §3.3/10, §3.3/11)", () => {
  test("room in the digits behind it: nothing", () => {
    const world = draw("0xbe,[0x01]");
    duplicate(world);
    expect(takeEvents(world)).toEqual(LOCKED);
  });

  test("a page: looks, allocates, hangs it under the lock, looks again", () => {
    const world = draw("0x3e");
    expect(duplicate(world)).toBe(0);
    expect(takeEvents(world)).toEqual([
      ...LOCKED,
      "alloc swapcont.atomic ok",
      ...LOCKED,
      ...LOCKED,
    ]);
    expect([show(world), pagesOn(world)]).toEqual(["0x80,[0x01]", 1]);
    const { USED, WRITEOK, CONTINUED } = SwapFlag;
    expect(world.swap.areas[0].flags).toBe(USED | WRITEOK | CONTINUED);
  });

  test("a page that cannot be had: −ENOMEM, and the slot as it was", () => {
    const world = draw("0x3e");
    refuseMemory(world);
    expect(duplicate(world)).toBe(-Errno.ENOMEM);
    expect(takeEvents(world)).toEqual([...LOCKED, "alloc swapcont.atomic fail", ...LOCKED]);
    expect([show(world), pagesOn(world)]).toEqual(["0x3e", 0]);
  });

  test("a second slot of the stretch needs no page of its own, one of the next stretch does", () => {
    const world = draw("0x80,[0x01]");
    const { sync, swap } = world;
    for (const slot of [SLOT + 1, 4095, 4096]) {
      for (let users = 0; users < 63; users++) shareSlot(world, slot);
    }
    expect([pagesOn(world, 0), pagesOn(world, 1)]).toEqual([1, 1]);
    expect([SLOT, SLOT + 1, 4095, 4096].map((slot) => show(world, slot))).toEqual(
      Array(4).fill("0x80,[0x01]"),
    );
    expect(sync.gate.count).toBe(1);
    expect(swapCount(swap, 0, 4095)).toBe(63);
  });

  /** One more user of `slot`, which only its first user takes from free. */
  function shareSlot(world: World, slot: number): void {
    const { sync, swap } = world;
    if (show(world, slot) === "0x00") swap.areas[0].swapMap[slot] = 1;
    else expect(swapDuplicate(sync, swap, ...pteOf(slot))).toBe(0);
  }
});

describe("add_swap_count_continuation (SPEC §3.4)", () => {
  const GIVEN_BACK = ["alloc swapcont.atomic ok", ...LOCKED, "free_page swapcont"];

  test.each([
    ["the count went down meanwhile", "0x3d", 0],
    ["the count is at 62 again, and a spare page hangs there", "0x3e", 1],
    ["the first digit has room", "0xbe,[0x05]", 1],
    ["the second digit has room", "0xbe,[0xff,0x00]", 2],
    ["a spare page hangs behind the last digit", "0xbe,[0x7f]", 2],
    ["the slot is bad", "0x3f", 0],
  ])("%s: the page is given back", (_name, picture, pages) => {
    // Garbage that looks like a full digit with more behind it must not be believed.
    const world = draw(picture, { continuationFill: 0xff });
    pokeContinuationPages(world.swap, 0, SLOT, pages);
    expect(addSwapCountContinuationAtomic(world.sync, world.swap, ...PTE)).toBe(0);
    expect(takeEvents(world)).toEqual(GIVEN_BACK);
    expect([show(world), pagesOn(world)]).toEqual([picture, pages]);
  });

  test("the slot was freed meanwhile: a warning, no lock, and the page is given back", () => {
    const world = draw("0x00");
    expect(addSwapCountContinuationAtomic(world.sync, world.swap, ...PTE)).toBe(0);
    expect(takeEvents(world)).toEqual([
      "alloc swapcont.atomic ok",
      "warn swap_free unused-slot 0x5",
      "free_page swapcont",
    ]);
  });

  test("no page, and none needed: 0", () => {
    const world = draw("0x01");
    refuseMemory(world);
    expect(addSwapCountContinuationAtomic(world.sync, world.swap, ...PTE)).toBe(0);
  });

  test("no page is −ENOMEM before anybody looks for a spare one", () => {
    const world = draw("0x3e");
    pokeContinuationPages(world.swap, 0, SLOT, 1);
    refuseMemory(world);
    expect(addSwapCountContinuationAtomic(world.sync, world.swap, ...PTE)).toBe(-Errno.ENOMEM);
  });

  test("the sleeping form says so, and lets others run before it allocates", () => {
    const world = draw("0x3e");
    const { sync, swap } = world;
    expect(runToCompletion(addSwapCountContinuation(sync, swap, ...PTE))).toBe(0);
    expect(takeEvents(world)).toEqual(["alloc swapcont.kernel ok", ...LOCKED]);

    sync.interleaved = true;
    const thread = addSwapCountContinuation(sync, swap, ...PTE);
    expect(thread.next()).toEqual({ done: false, value: sync.allocPoint });
    free(world); // while it sleeps, the count falls
    expect(runToCompletion(thread)).toBe(0);
    expect([show(world), pagesOn(world)]).toEqual(["0x3d", 1]);
  });
});

describe("entries that name no slot (SPEC §3.3 rows 1 to 7)", () => {
  test.each([
    ["poison", pteOf(SLOT, 29), []],
    ["migration", pteOf(SLOT, 31), []],
    ["a type without an area", pteOf(SLOT, 7), ["warn swap_dup bad-type 0xe00000000000005"]],
    ["a slot behind the end", pteOf(SLOTS), LOCKED],
    ["an offset beyond any number", [0xfffffe00, 0xffffffff] as const, LOCKED],
    ["a free slot", pteOf(6), LOCKED],
    ["the header", pteOf(0), LOCKED],
  ])("%s is copied as if it were right (D39)", (_name, pte, events) => {
    const world = draw("0x01");
    const before = mapOf(world.swap);
    expect(swapDuplicate(world.sync, world.swap, ...pte)).toBe(0);
    expect(takeEvents(world)).toEqual(events);
    expect(mapOf(world.swap)).toEqual(before);
  });

  test.each([
    ["poison", pteOf(SLOT, 29), -Errno.EINVAL],
    ["a type without an area", pteOf(SLOT, 7), -Errno.EINVAL],
    ["a slot behind the end", pteOf(SLOTS), -Errno.EINVAL],
    ["a free slot", pteOf(6), -Errno.ENOENT],
  ])("swapcache_prepare of %s is not hidden", (_name, pte, status) => {
    const world = draw("0x01");
    expect(swapcachePrepare(world.sync, world.swap, ...pte)).toBe(status);
  });

  test("swapcache_prepare sets the bit once", () => {
    const world = draw("0x02");
    expect(swapcachePrepare(world.sync, world.swap, ...PTE)).toBe(0);
    expect(show(world)).toBe("0x42");
    expect(swapcachePrepare(world.sync, world.swap, ...PTE)).toBe(-Errno.EEXIST);
  });

  const mapOf = (swap: SwapState): number[] => [...swap.areas[0].swapMap];
});

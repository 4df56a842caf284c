import { createSync } from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import {
  addSwapArea,
  beginSwapoff,
  checkSwap,
  createSwap,
  finishSwapoff,
  getSwapPage,
  makeEntry,
  pageSwapcount,
  slotState,
  swapcacheFree,
  swapDuplicate,
  swapFree,
  vmSwapFull,
} from "../src/index.ts";
import { draw, drawSlot, PTE, pteOf, SLOT, SLOTS, show, takeEvents, testSlots } from "./world.ts";

const LOCKED = ["lock swap", "unlock swap"];
const ENTRY = makeEntry(0, SLOT);

describe("swap_free (SPEC §3.5)", () => {
  const pictures = {
    "one of two users": "0x02 → 0x01",
    "the last user, page in the cache": "0x41 → 0x40",
    "the last user": "0x01 → 0x00",
    "a continued count that is not at a border": "0x85,[0x03] → 0x84,[0x03]",
    "a borrow two digits deep": "0x80,[0x80,0x02] → 0xbe,[0xff,0x01]",
    "a bad slot": "0x3f → 0x3f",
    "a shmem slot in the cache": "0xff → 0x40",
  };
  testSlots("%s", pictures, (world, after) => {
    swapFree(world.sync, world.swap, ...PTE);
    expect(show(world)).toBe(after);
    expect(takeEvents(world)).toEqual(LOCKED);
  });

  test.each([
    ["no entry at all", pteOf(0), []],
    ["a type without an area", pteOf(SLOT, 7), ["warn swap_free bad-type 0xe00000000000005"]],
    ["a migration entry", pteOf(SLOT, 30), ["warn swap_free bad-type 0x3c00000000000005"]],
    ["a slot behind the end", pteOf(SLOTS), ["warn swap_free bad-offset 0x2000"]],
    ["a free slot", pteOf(6), ["warn swap_free unused-slot 0x6"]],
    ["an area that is gone", pteOf(3, 1), ["warn swap_free unused-file 0x200000000000003"]],
  ])("%s is reported at most, and no lock is taken", (_name, pte, events) => {
    const world = draw("0x01");
    addSwapArea(world.swap, { max: 10 });
    beginSwapoff(world.sync, world.swap, 1);
    finishSwapoff(world.sync, world.swap, 1);
    takeEvents(world);
    swapFree(world.sync, world.swap, ...pte);
    expect(takeEvents(world)).toEqual(events);
    expect(show(world)).toBe("0x01");
  });

  //  users     byte
  //  cache     0x40
  //  cache −1  0xff   a shmem slot, and nobody noticed
  test("one free too many, while the page is cached, wraps to 0xff (D23)", () => {
    const world = draw("0x40");
    swapFree(world.sync, world.swap, ...PTE);
    expect(show(world)).toBe("0xff");
    expect(checkSwap(world.swap, { isCacheInFlux: true })).toEqual([]);
  });

  test("a corrupt entry, copied by fork, underflows its slot once that is used (D39)", () => {
    const world = draw();
    const { sync, swap } = world;
    expect(swapDuplicate(sync, swap, ...PTE)).toBe(0); // parent and child hold a free slot now
    drawSlot(swap, "0x41"); // somebody's page goes there
    for (let holder = 0; holder < 2; holder++) swapFree(sync, swap, ...PTE);
    expect(show(world)).toBe("0xff");
  });

  test("a slot that becomes free counts as such, and can be found again", () => {
    const world = draw("0x01");
    const { swap } = world;
    swap.areas[0].lowestBit = 9;
    expect(swap.nrSwapPages).toBe(SLOTS - 2);
    swapFree(world.sync, swap, ...PTE);
    expect([swap.nrSwapPages, swap.areas[0].inusePages]).toEqual([SLOTS - 1, 0]);
    expect(swap.areas[0].lowestBit).toBe(SLOT);
  });
});

describe("the cache's hold on a slot", () => {
  const pictures = {
    "a slot with users keeps them": "0x42 → 0x02",
    "a slot without is free": "0x40 → 0x00",
    "digits stay": "0xc0,[0x01] → 0x80,[0x01]",
    "a shmem slot stays shmem's": "0xff → 0xbf",
  };
  testSlots("swapcache_free: %s", pictures, (world, after) => {
    swapcacheFree(world.sync, world.swap, ENTRY);
    expect(show(world)).toBe(after);
  });

  test.each([
    ["0x42", 2],
    ["0x40", 0],
    ["0xc5,[0x01]", 0x85], // N = 68
  ])("page_swapcount of %s reads the byte, not N: %d", (picture, count) => {
    const world = draw(picture);
    expect(pageSwapcount(world.sync, world.swap, ENTRY)).toBe(count);
    expect(takeEvents(world)).toEqual(LOCKED);
  });

  test("page_swapcount of a slot that nobody uses is 0", () => {
    const world = draw();
    expect(pageSwapcount(world.sync, world.swap, ENTRY)).toBe(0);
  });
});

test("swap is full when less than half of it is free (SPEC §3.5)", () => {
  const { sync, swap } = { sync: createSync(), swap: createSwap() };
  addSwapArea(swap, { max: 9 }); // 8 pages
  const answers = Array.from({ length: 8 }, () => {
    getSwapPage(sync, swap);
    return `${swap.nrSwapPages} ${vmSwapFull(swap) ? "full" : "-"}`;
  });
  expect(answers.join(", ")).toBe("7 -, 6 -, 5 -, 4 -, 3 full, 2 full, 1 full, 0 full");
});

test.each([
  [0x00, "unused"],
  [0x01, "in-use"],
  [0x40, "in-use"], // only the cache holds it
  [0xfe, "in-use"],
  [0x3f, "bad"],
  [0x7f, "bad"],
  [0xbf, "shmem"],
  [0xff, "shmem"],
])("byte %d says %s (SPEC §3.2)", (byte, state) => {
  expect(slotState(byte)).toBe(state);
});

test.each([
  ["a digit that is 0 already", "0x80,[0x00]"],
  ["a page that is not there", "0x80"],
])("borrowing from %s is a broken rule", (_name, picture) => {
  const world = draw(picture);
  expect(() => swapFree(world.sync, world.swap, ...PTE)).toThrow("continued-count");
  expect(world.swap.areas[0].swapMap[SLOT]).toBe(0x80);
});

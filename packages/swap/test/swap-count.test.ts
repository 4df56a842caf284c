/**
 * The compiled kernel's truth tables: what each operation does to every byte of the swap map, at
 * every depth of continuation pages. Fresh pages are full of garbage, and it must not matter.
 */

import type { SwapCount } from "@forkpath/conformance";
import { loadSwapEncoding } from "@forkpath/conformance";
import { describe, expect, test } from "vitest";
import { swapcachePrepare, swapDuplicate, swapFree } from "../src/index.ts";
import { pokeContinuationPages } from "../src/internal.ts";
import { draw, PTE, pagesOn, refuseMemory, SLOT, show, type World } from "./world.ts";

const { swapCount } = loadSwapEncoding();

/** Runs one row's operation, and returns what the recorded answer says. */
function answer(row: SwapCount, fill: number): Omit<SwapCount, "op" | "before"> {
  const world = draw(picture(row.before), { continuationFill: fill });
  pokeContinuationPages(world.swap, 0, SLOT, row.before.contPages);
  const ret = run(world, row.op);
  const [map, ...cont] = show(world).match(/0x[0-9a-f]+/g) ?? [];
  return {
    ret,
    after: { map: map ?? "", cont, contPages: pagesOn(world) },
    allocCalls: world.sync.gate.count,
  };
}

function run(world: World, op: SwapCount["op"]): number {
  const { sync, swap } = world;
  switch (op) {
    case "swap_duplicate-no-memory":
      refuseMemory(world);
      return swapDuplicate(sync, swap, ...PTE);
    case "swap_duplicate":
      return swapDuplicate(sync, swap, ...PTE);
    case "swapcache_prepare":
      return swapcachePrepare(sync, swap, ...PTE);
    case "swap_free":
      swapFree(sync, swap, ...PTE);
      return 0;
  }
}

const picture = ({ map, cont }: SwapCount["before"]): string => [map, ...cont].join(",");

describe.each([0x00, 0x5a, 0xff])("fresh pages full of byte %d", (fill) => {
  test.each([
    ["swap_duplicate", 680],
    ["swap_duplicate-no-memory", 28],
    ["swapcache_prepare", 256],
    ["swap_free", 678],
  ] as const)("%s: %d rows (SPEC §3.3 to §3.5)", (op, count) => {
    const rows = swapCount.filter((row) => row.op === op);
    expect(rows).toHaveLength(count);
    for (const row of rows) {
      const { ret, after, allocCalls } = row;
      expect(answer(row, fill), picture(row.before)).toEqual({ ret, after, allocCalls });
    }
  });
});

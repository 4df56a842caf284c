/** Page maps of two moments, laid one upon the other. */
import { PAGE_SIZE } from "@forkpath/abi";
import type { EntryLetter } from "@forkpath/kernel";
import { expect, test } from "vitest";
import { type AreaMap, mapChanges } from "../src/index.ts";

/** An area of so many letters from `first` on, in pages. */
const area = (first: number, letters: string): AreaMap =>
  ({
    start: first * PAGE_SIZE,
    end: (first + letters.length) * PAGE_SIZE,
    runs: [...letters].map((letter) => ({ letter: letter as EntryLetter, pages: 1 })),
  }) as unknown as AreaMap;

/** Both maps, with a dot where no area is. */
function drawn(before: readonly AreaMap[], after: readonly AreaMap[], range: AreaMap): string[] {
  const changes = mapChanges(before, after, range);
  const draw = (side: "before" | "after"): string =>
    changes.map((one) => (one[side] ?? ".").repeat(one.pages)).join("");
  return [draw("before"), draw("after")];
}

test("runs are cut where either map changes, and neighbours that changed alike are one", () => {
  const now = area(0, "rrWW");
  expect(mapChanges([area(0, "WWWW")], [now], now)).toEqual([
    { pages: 2, before: "W", after: "r" },
    { pages: 2, before: "W", after: "W" },
  ]);
});

test("pages outside of all areas have no letter", () => {
  const now = area(1, "rrrr");
  expect(drawn([area(0, "WW"), area(3, "zz")], [now], now)).toEqual(["W.zz", "rrrr"]);
  expect(drawn([now], [], now)).toEqual(["rrrr", "...."]);
});

test("areas that were split or merged are laid over by address", () => {
  const now = area(0, "rrrrrr");
  expect(drawn([area(0, "WW"), area(2, "zz"), area(4, "--")], [now], now)).toEqual([
    "WWzz--",
    "rrrrrr",
  ]);
});

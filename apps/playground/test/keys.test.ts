/** Keys: no two are alike, and the cursor of a map stays in it. */
import { expect, test } from "vitest";
import { KEYS } from "../src/keys.ts";
import { addrOf, cellOf, fit, makeGrid } from "../src/map/grid.ts";
import { moveCursor } from "../src/map/keys.ts";
import type { AreaState, SpaceState } from "../src/worker/protocol.ts";

test("no two keys are alike, and each says what it does", () => {
  const all = KEYS.flatMap(({ keys }) => keys);
  expect(new Set(all).size).toBe(all.length);
  const words = KEYS.map(({ does }) => does);
  expect(new Set(words).size).toBe(words.length);
});

const grid = { segments: [], pages: 40, left: 0, cell: 20, columns: 16, rows: 3 };

test("the cursor of a map goes by cells and rows, and stays inside", () => {
  const moves = [
    "ArrowRight",
    "ArrowDown",
    "ArrowDown",
    "ArrowLeft",
    "Home",
    "ArrowUp",
    "End",
    "x",
  ];
  let at = 0;
  const seen = moves.map((key) => {
    at = moveCursor(key, at, grid) ?? at;
    return at;
  });
  expect(seen).toEqual([1, 17, 33, 32, 0, 0, 39, 39]);
  expect(moveCursor("PageDown", 3, grid)).toBe(39);
});

test("cells are as large as fit, and rows are multiples of sixteen pages", () => {
  expect(fit(48, 370, 450)).toEqual({ cell: 20, columns: 16, rows: 3 });
  expect(fit(16_384, 400, 450)).toEqual({ cell: 3, columns: 128, rows: 128 });
  for (const pages of [1, 48, 512, 16_384, 65_536, 1_048_576]) {
    const { cell, columns, rows } = fit(pages, 400, 450);
    expect(columns % 16).toBe(0);
    expect(columns * cell).toBeLessThanOrEqual(400);
    expect(rows * columns).toBeGreaterThanOrEqual(pages);
    expect(cell === 1 || rows * cell <= 450).toBe(true);
  }
});

test("a large area shows the tables that have an entry, and knows the pages behind its cells", () => {
  const table = 2 ** 21;
  const area = { start: 0, end: 200 * table } as AreaState;
  const space = { starts: [3 * table, 4 * table, 90 * table] } as unknown as SpaceState;
  const made = makeGrid(area, space, 400);
  expect([made.pages, made.left]).toEqual([3 * 512, 197 * 512]);
  expect([0, 1023, 1024].map((cell) => addrOf(made, cell) / table)).toEqual([3, 5 - 1 / 512, 90]);
  expect([3 * table, 90 * table, 5 * table].map((addr) => cellOf(made, addr))).toEqual([
    0, 1024, -1,
  ]);
});

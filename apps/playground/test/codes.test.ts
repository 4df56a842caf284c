/** What is in the cells of a map: the same as the columns say, page by page. */
import { PAGE_SIZE } from "@forkpath/abi";
import { expect, test } from "vitest";
import { Chunks, columnsOf } from "../src/chunks/hold.ts";
import { SHARED } from "../src/chunks/pack.ts";
import { type Compared, codesOf } from "../src/map/codes.ts";
import { makeGrid } from "../src/map/grid.ts";
import { CHANGED } from "../src/map/sprites.ts";
import { openStory } from "../src/worker/open.ts";
import type { MapArea, Opened, SpaceState } from "../src/worker/protocol.ts";
import { examples } from "./files.ts";

const WIDTH = 400; // CSS pixels

type Ran = Extract<Opened, { kind: "run" }>;

function ranOn(text: string, kernel: "el6" | "v6.18" | null): { run: Ran["run"]; held: Chunks } {
  const { opened } = openStory(text, "a.yaml", kernel);
  if (opened.kind !== "run") throw new Error("it does not run");
  const held = new Chunks();
  held.add(opened.chunks, opened.looks);
  return { run: opened.run, held };
}

/** Cell by cell, the plain way. */
function plain(held: Chunks, space: SpaceState, area: MapArea, compared: Compared | null) {
  const pages = (area.end - area.start) / PAGE_SIZE;
  const now = columnsOf(held, space, area.start, pages);
  const then = compared && columnsOf(compared.chunks, compared.space, area.start, pages);
  const column = compared?.chunks === held ? "frames" : "shared";
  return Array.from(now.letters, (letter, page) => {
    const isChanged =
      then !== null && (letter !== then.letters[page] || now[column][page] !== then[column][page]);
    return letter | (now.shared[page] ? SHARED : 0) | (isChanged ? CHANGED : 0);
  });
}

/** Larger ones take long, and are no other. */
const MOST_PAGES = 4096;
const isSmall = ({ start, end }: MapArea): boolean => (end - start) / PAGE_SIZE <= MOST_PAGES;

/** One for each sort of page; large machines take long, and are no other. */
const SORTS = ["first-fork", "shared-memory", "wipe-on-fork", "thp-after-fork", "reuse-after-swap"];
const sorts = examples.filter(({ name }) => SORTS.includes(name));

test.each(sorts)("$name, held against the step before", ({ text }) => {
  const { run, held } = ranOn(text, null);
  for (const [step, state] of run.states.entries()) {
    for (const space of state.spaces) {
      const before = run.states[step - 1]?.spaces.find(({ mm }) => mm === space.mm);
      const compared = before === undefined ? null : { chunks: held, space: before };
      for (const area of space.areas.filter(isSmall)) {
        const { cells, changed } = codesOf(held, space, makeGrid(area, space, WIDTH), compared);
        const wanted = plain(held, space, area, compared);
        expect([...cells]).toEqual(wanted);
        expect(changed).toBe(wanted.filter((code) => code & CHANGED).length);
      }
    }
  }
});

test("held against another machine, frames do not count", () => {
  const text = examples.find(({ name }) => name === "first-fork")!.text;
  const [main, other] = [ranOn(text, "el6"), ranOn(text, "v6.18")];
  for (const [step, state] of main.run.states.entries()) {
    for (const [index, space] of state.spaces.entries()) {
      const there = other.run.states[step].spaces[index];
      const compared = { chunks: other.held, space: there };
      for (const area of space.areas) {
        const { cells } = codesOf(main.held, space, makeGrid(area, space, WIDTH), compared);
        expect([...cells]).toEqual(plain(main.held, space, area, compared));
      }
    }
  }
});

test("a large area has cells for the tables that have entries, wherever they are", () => {
  const text = `
machine: { memory: 2G }
processes: { p: { mappings: { heap: { size: 1G } } } }
steps:
  - write: p heap 5
  - write: p heap 100000..100009
  - write: p heap 262143
`;
  const { run, held } = ranOn(text, null);
  const [, , , last] = run.states;
  const [space] = last.spaces;
  const [area] = space.areas;
  const before = { chunks: held, space: run.states[1].spaces[0] };
  const grid = makeGrid(area, space, WIDTH);
  const { cells, changed } = codesOf(held, space, grid, before);
  expect([grid.segments.length, cells.length, changed]).toEqual([3, 3 * 512, 11]);
  const written = [...cells].filter((code) => (code & 0x7f) === "W".charCodeAt(0));
  expect(written).toHaveLength(12);
});

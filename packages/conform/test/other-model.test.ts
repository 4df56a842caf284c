/** A second model, which shares nothing with forkpath: its fork copies nothing. */
import { loadVectors, type Vector } from "@forkpath/conformance";
import { expect, test } from "vitest";
import { type Model, type ModelState, runVector } from "../src/index.ts";

const NO_PAGES = { fileRss: 0, anonRss: 0, swapUsage: 0 };

/** The state before, read from the vector. Each entry has a pte table to itself. */
function stateOf({ config, pages, swap, parent, swapDevices }: Vector): ModelState {
  const frames = Number(config.highestMemmapPfn) + 1;
  const count = new Int32Array(frames);
  const mapcount = new Int32Array(frames);
  for (const page of pages) {
    count[Number(page.pfn)] = page.count;
    mapcount[Number(page.pfn)] = page.mapcount;
  }
  const nothing = { ptes: [], tables: [], hiwaterRss: 0, nrPtes: 0, isOnMmlist: false };
  return {
    count,
    mapcount,
    slots: swap,
    chains: swapDevices.flatMap(({ type, contPages = [] }) =>
      contPages.map((chain) => ({ type, ...chain })),
    ),
    parent: { ...nothing, ...parent, tables: [] },
    child: { ...nothing, counters: NO_PAGES },
  };
}

const lazy: Model = {
  build: (vector, outside) => ({
    copyArea() {
      outside.tell({ kind: "alloc", what: "pud", ok: true });
      return 0;
    },
    zapArea: (_index, _start, end) => end,
    exitChild() {},
    look: () => stateOf(vector),
  }),
};

const forks = loadVectors().filter((vector) => vector.kind === "fork");

test("each thing that it leaves undone is told where the vector wants it done", () => {
  const vector = forks.find(({ expect: { childPtes } }) => childPtes.length === 1);
  expect(vector).toBeDefined();
  const { differences, problem } = runVector(vector as Vector, lazy);
  const paths = differences.map(({ path }) => path);
  const [{ addr }] = vector?.expect.childPtes ?? [];
  expect(problem).toBeUndefined();
  expect(paths).toContain(`childPtes[${addr}]`);
  expect(paths).toContain("nrPtes");
});

test("what it tells is counted and shown, with the lines of the harness", () => {
  const [vector] = forks;
  const { differences, events } = runVector(vector, lazy);
  expect(events).toEqual(["vma 0", "alloc pud ok", "ret 0"]);
  expect(differences).toContainEqual({ path: "allocs", wanted: vector.expect.allocs, got: 1 });
  expect(differences.map(({ path }) => path)).not.toContain("ret");
});

test("a model that breaks is a verdict, and so is one that cannot build the state", () => {
  const broken: Model = {
    build: (vector, outside) => ({
      ...lazy.build(vector, outside),
      copyArea() {
        throw new Error("no such area\n    at copyArea");
      },
    }),
  };
  expect(runVector(forks[0], broken)).toEqual({
    differences: [],
    problem: "Error: no such area",
    events: ["vma 0"],
  });
});

/**
 * The use of a page that was freed meanwhile, as the page's own columns tell of it (SPEC §4.1).
 *
 *     lookup    finds the page ................. takes a reference: too late
 *     put                      drops the last one
 */
import { dfs, exploreProgram } from "@forkpath/interleave";
import {
  allocFrame,
  createMemMap,
  getPage,
  getPageUnlessZero,
  type MemMap,
  putPage,
} from "@forkpath/rmap";
import { createSync, createThread, type KernelThread, makePoint, PointKind } from "@forkpath/sync";
import { expect, test } from "vitest";
import { type Litmus, type LitmusState, type LitmusThread, switchTo } from "../src/index.ts";

interface PageState extends LitmusState {
  readonly map: MemMap;
  readonly pfn: number;
}

type Take = (map: MemMap, pfn: number) => boolean;

/** A page with one reference, which `put` drops while `lookup` takes another one. */
function pageLitmus(take: Take): Litmus<PageState> {
  const threadNames = ["lookup", "put"];
  return {
    name: "freed page",
    title: "a lookup against the last put_page",
    threadNames,
    switchAt: [],
    setup() {
      const map = createMemMap({ pages: 8 });
      const selves = threadNames.map((name, index) => createThread(index, name));
      return { sync: createSync(), selves, map, pfn: allocFrame(map) };
    },
    threads: (state): LitmusThread[] => [
      { name: "lookup", run: lookup(state, take) },
      { name: "put", run: put(state) },
    ],
    onSwitch: switchTo,
    outcome: ({ map, pfn }) => `count ${map.count[pfn]}`,
  };
}

const step = ({ map }: PageState) =>
  makePoint(PointKind.ATOMIC, map, { kind: "page", owner: "", field: "page" });

function* lookup(state: PageState, take: Take): KernelThread<void> {
  yield step(state);
  const isTaken = take(state.map, state.pfn);
  yield step(state);
  if (isTaken) putPage(state.map, state.pfn);
}

function* put(state: PageState): KernelThread<void> {
  yield step(state);
  putPage(state.map, state.pfn);
}

test("get_page of a page that is gone is a failure with the rule's name", () => {
  const all = exploreProgram(
    pageLitmus((map, pfn) => {
      getPage(map, pfn);
      return true;
    }),
    dfs(),
  );
  expect(all.failures).toMatchObject([{ kind: "thrown", count: 1, schedule: "v1:b" }]);
  expect(all.failures[0].message).toMatch(/^lookup: InvariantError: .*getPage/);
});

test("get_page_unless_zero does without it, in every schedule", () => {
  const all = exploreProgram(pageLitmus(getPageUnlessZero), dfs());
  expect(all.failures).toEqual([]);
  expect(all.outcomes).toMatchObject([{ outcome: "count 0", count: 3 }]);
});

/** move_pages: what is said of each page, and on which node its frame is afterwards. */
import { Errno, rulesOf } from "@forkpath/abi";
import { allocFrame } from "@forkpath/rmap";
import { recount, run } from "@forkpath/test-world";
import { createHugeProcess } from "@forkpath/test-world/huge";
import { createProcess, type ProcessOptions } from "@forkpath/test-world/process";
import { write } from "@forkpath/test-world/process-calls";
import { at, framesOf, type Process } from "@forkpath/test-world/process-looks";
import { describe, expect, test } from "vitest";
import { type MovedPages, mmRules, movePages } from "../../src/index.ts";
import { dropPage } from "../../src/internal.ts";
import { pageToNid, putOnNode } from "../../src/page/node.ts";

const OPTIONS: ProcessOptions = { nrNodes: 2, rules: rulesOf(mmRules, "v6.1") };
const ABSENT = -Errno.EFAULT;

/** To node 1: pages [first, first + pages). */
const move = (p: Process, first: number, pages: number): MovedPages =>
  run(movePages(p.env, p.mm, { addr: at(p, first), pages, node: 1, all: false }));

describe("what is said of an address", () => {
  test("beside all areas: before the first, between two, behind the last", () => {
    const p = createProcess({ ...OPTIONS, pages: 2 });
    write(p, 0, 1);
    expect(move(p, -1, 4)).toEqual({ status: 0, nodes: [-Errno.EFAULT, 1, 1, -Errno.EFAULT] });
    expect(recount(p)).toEqual([]);
  });

  test("where there is no table, and within a huge page", () => {
    const p = createProcess(OPTIONS);
    expect(move(p, 0, 1)).toEqual({ status: 0, nodes: [ABSENT] });
    const huge = createHugeProcess(1, OPTIONS);
    write(huge, 0);
    expect(move(huge, 7, 2)).toEqual({ status: 0, nodes: [1, 1] });
    expect(recount(huge)).toEqual([]);
  });
});

test("one page that cannot be moved ends the call: it and all behind it are counted", () => {
  const p = createProcess(OPTIONS);
  write(p, 0, 2, 3);
  const [first] = framesOf(p);
  p.env.map.count[first]++; // direct I/O holds it
  expect(move(p, 0, 4)).toEqual({ status: 3, nodes: [undefined, ABSENT, undefined, undefined] });
  p.env.map.count[first]--;
  expect(recount(p)).toEqual([]);
});

test("a frame that was on another node is on the first again once it is taken there", () => {
  const { env } = createProcess(OPTIONS);
  const frame = allocFrame(env.map);
  putOnNode(env, frame, 1, 1);
  expect(pageToNid(env, frame)).toBe(1);
  dropPage(env, frame);
  putOnNode(env, frame, 1, 0);
  expect(pageToNid(env, frame)).toBe(0);
});

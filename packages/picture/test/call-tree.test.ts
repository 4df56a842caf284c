/** Call trees: counts for each path of calls, and where a count comes from. */
import type { KernelEvent } from "@forkpath/events";
import { createTraceRing, events } from "@forkpath/trace";
import { expect, test } from "vitest";
import { type CallNode, callTree, createCallTree, withCounted } from "../src/index.ts";
import { stage } from "./stage.ts";

const call = (fn: string): KernelEvent => ({ kind: "call", fn, args: {} });
const back = (fn: string): KernelEvent => ({ kind: "return", fn, ret: 0 });

/** `f 2 [g 1]`: names and counts. */
const draw = ({ fn, calls, callees }: CallNode): string =>
  callees.length === 0
    ? `${fn} ${calls}`
    : `${fn} ${calls} [${callees.map((callee) => draw(callee)).join(", ")}]`;

test("one node for each path: the same function below two callers is two nodes", () => {
  const tree = createCallTree();
  const story = [call("a"), call("x"), back("x"), call("x"), back("x"), back("a"), call("b")];
  for (const event of [...story, call("x"), back("x"), back("b")]) tree.emit(event, 0);
  expect(draw(tree.root)).toBe(" 0 [a 1 [x 2], b 1 [x 1]]");
});

test("threads that take turns do not end up below each other", () => {
  const tree = createCallTree();
  tree.emit(call("fork"), 0);
  tree.emit(call("fault"), 1);
  tree.emit(call("copy"), 0);
  tree.emit(back("fault"), 1);
  tree.emit(back("copy"), 0);
  expect(draw(tree.root)).toBe(" 0 [fork 1 [copy 1], fault 1]");
});

test("allocations count where they succeed, and counted pages below add_mm_rss", () => {
  const tree = createCallTree();
  tree.emit(call("copy_pte_range"), 0);
  tree.emit({ kind: "alloc", what: "pte", ok: true }, 0);
  tree.emit({ kind: "alloc", what: "pte", ok: false }, 0);
  tree.emit({ kind: "rss", mm: "m", file: 1, anon: 2, swap: 0 }, 0);
  tree.emit({ kind: "rss", mm: "m", file: 0, anon: -3, swap: 4 }, 0);
  const [node] = tree.root.callees;
  expect(node.allocs).toEqual({ pte: 1 });
  expect(node.callees).toMatchObject([
    { fn: "add_mm_rss", calls: 2, rss: { file: 1, anon: -1, swap: 4 }, countedFrom: "events" },
  ]);
});

test("a sink that keeps no events has the tree of a ring that keeps all", () => {
  const tree = createCallTree();
  const ring = createTraceRing({ capacity: 10_000 });
  const [first, second] = [stage(), stage()];
  first.kernel.attach(tree);
  second.kernel.attach(ring);
  first.kernel.fork(first.parent);
  second.kernel.fork(second.parent);
  expect(tree.root).toEqual(callTree(events(ring)));
  expect(tree.root.callees.map(({ fn }) => fn)).toEqual(["do_fork"]);
});

test("what no event tells says that it was counted, and changes no other number", () => {
  const tree = createCallTree();
  for (const event of [call("f"), call("g"), back("g"), back("f")]) tree.emit(event, 0);
  const counted = withCounted(tree.root, "g", "h", 7);
  expect(draw(counted)).toBe(" 0 [f 1 [g 1 [h 7]]]");
  expect(counted.callees[0].callees[0].callees[0].countedFrom).toBe("letters");
  expect(draw(tree.root)).toBe(" 0 [f 1 [g 1]]");
});

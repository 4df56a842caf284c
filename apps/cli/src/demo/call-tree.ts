/**
 * Which kernel function called which, how often, and what it did: one node for each path of calls.
 *
 * Steps too small to be traced as calls stand in the tree too, where an event tells of them.
 */
import type { KernelEvent } from "@forkpath/sync";
import type { TraceRecord } from "@forkpath/trace";

export interface CallNode {
  readonly fn: string;
  calls: number;
  /** Objects that it allocated, by kind. */
  readonly allocs: Map<string, number>;
  /** Pages that it counted; only under add_mm_rss. */
  readonly rss: { file: number; anon: number; swap: number };
  /** In the order of their first calls. */
  readonly callees: CallNode[];
}

/** What one thread did, below a node that stands for nobody. */
export function buildCallTree(records: readonly TraceRecord[]): CallNode {
  const root = createNode("");
  const stack = [root];
  for (const { event } of records) {
    const top = stack.at(-1) ?? root;
    if (event.kind === "call") stack.push(calleeOf(top, event.fn));
    else if (event.kind === "return") stack.pop();
    else note(top, event);
  }
  return root;
}

/** Adds calls that no event tells of, wherever `caller` stands in the tree. */
export function addCalls(node: CallNode, caller: string, fn: string, calls: number): void {
  for (const callee of node.callees) addCalls(callee, caller, fn, calls);
  if (node.fn === caller) node.callees.unshift({ ...createNode(fn), calls });
}

function note(node: CallNode, event: KernelEvent): void {
  switch (event.kind) {
    case "alloc":
      if (event.ok) node.allocs.set(event.what, (node.allocs.get(event.what) ?? 0) + 1);
      break;
    case "flush_tlb":
      calleeOf(node, "flush_tlb_mm");
      break;
    case "rss": {
      const { rss } = calleeOf(node, "add_mm_rss");
      rss.file += event.file;
      rss.anon += event.anon;
      rss.swap += event.swap;
      break;
    }
  }
}

/** Counts one more call. */
function calleeOf({ callees }: CallNode, fn: string): CallNode {
  let callee = callees.find((one) => one.fn === fn);
  if (callee === undefined) {
    callee = createNode(fn);
    callees.push(callee);
  }
  callee.calls++;
  return callee;
}

const createNode = (fn: string): CallNode => ({
  fn,
  calls: 0,
  allocs: new Map(),
  rss: { file: 0, anon: 0, swap: 0 },
  callees: [],
});

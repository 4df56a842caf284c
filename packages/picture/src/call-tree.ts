/**
 * Which kernel function called which, how often, and what it did: one node for each path of calls.
 *
 * Steps too small to be traced as calls stand in the tree too, where an event tells of them. What
 * no event tells can be added by `addCounted`, and says so.
 */
import { EventClass, type EventSink, type KernelEvent } from "@forkpath/events";
import type { TraceRecord } from "@forkpath/trace";

/** One path of calls. */
export interface CallNode {
  /** The function that it ends in, by the kernel's name. */
  readonly fn: string;
  /** How often it was called along this path. */
  readonly calls: number;
  /** Where `calls` comes from: letters of page maps stand in for events too small to be told. */
  readonly countedFrom: "events" | "letters";
  /** Objects that it allocated, by kind. */
  readonly allocs: Readonly<Record<string, number>>;
  /** Pages that it counted; only under add_mm_rss. */
  readonly rss: {
    /** Pages of files, signed. */
    readonly file: number;
    /** Anonymous pages, signed. */
    readonly anon: number;
    /** Swapped pages, signed. */
    readonly swap: number;
  };
  /** In the order of their first calls. */
  readonly callees: readonly CallNode[];
}

/** Adds up while a kernel runs; keeps nodes, and no events. */
export interface CallTree extends EventSink {
  /** Stands for no function; what was called first is below it. */
  readonly root: CallNode;
}

interface GrowingNode extends CallNode {
  calls: number;
  countedFrom: CallNode["countedFrom"];
  allocs: Record<string, number>;
  rss: { file: number; anon: number; swap: number };
  callees: GrowingNode[];
}

/**
 * A sink for `kernel.attach`. Threads each have a stack of their own, and share the tree.
 * @example
 * ```ts
 * import { createKernel } from "@forkpath/kernel";
 * import { createCallTree } from "@forkpath/picture";
 * const kernel = createKernel({ memoryPages: 1024 });
 * const pid = kernel.createProcess();
 * const tree = createCallTree();
 * kernel.attach(tree);
 * kernel.fork(pid);
 * console.log(tree.root.callees[0]?.fn); // do_fork
 * ```
 */
export function createCallTree(): CallTree {
  const root = createNode("");
  const stacks = new Map<number, GrowingNode[]>();
  return {
    wants: EventClass.CALL | EventClass.ALLOC | EventClass.MM,
    root,
    emit(event, thread) {
      const stack = stacks.get(thread) ?? [];
      stacks.set(thread, stack);
      const top = stack.at(-1) ?? root;
      if (event.kind === "call") stack.push(calleeOf(top, event.fn));
      else if (event.kind === "return") stack.pop();
      else note(top, event);
    },
  };
}

/**
 * The tree of a trace that a ring has kept.
 * @example
 * ```ts
 * import { callTree } from "@forkpath/picture";
 * const call = { kind: "call", fn: "dup_mm", args: {} } as const;
 * const { callees } = callTree([{ seq: 0, timeNs: 0, thread: 0, event: call }]);
 * console.log(callees.map(({ fn, calls }) => `${fn} ${calls}`).join()); // dup_mm 1
 * ```
 */
export function callTree(records: readonly TraceRecord[]): CallNode {
  const tree = createCallTree();
  for (const { event, thread } of records) tree.emit(event, thread);
  return tree.root;
}

/** The tree with `calls` of `fn` as the first callee of each `caller`, marked as counted. */
export function withCounted(node: CallNode, caller: string, fn: string, calls: number): CallNode {
  const callees = node.callees.map((callee) => withCounted(callee, caller, fn, calls));
  const counted: CallNode = { ...createNode(fn), calls, countedFrom: "letters" };
  return { ...node, callees: node.fn === caller ? [counted, ...callees] : callees };
}

function note(node: GrowingNode, event: KernelEvent): void {
  switch (event.kind) {
    case "alloc":
      if (event.ok) node.allocs[event.what] = (node.allocs[event.what] ?? 0) + 1;
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
function calleeOf({ callees }: GrowingNode, fn: string): GrowingNode {
  let callee = callees.find((one) => one.fn === fn);
  if (callee === undefined) {
    callee = createNode(fn);
    callees.push(callee);
  }
  callee.calls++;
  return callee;
}

const createNode = (fn: string): GrowingNode => ({
  fn,
  calls: 0,
  countedFrom: "events",
  allocs: {},
  rss: { file: 0, anon: 0, swap: 0 },
  callees: [],
});

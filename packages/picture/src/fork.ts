/** One fork, with everything that it did and left behind. */
import type { EventSink } from "@forkpath/events";
import type { Kernel } from "@forkpath/kernel";
import { type CallNode, createCallTree, withCounted } from "./call-tree.ts";
import { type PageChange, pageChanges, type SlotChange, slotChanges } from "./changes.ts";
import { createLockUses, type LockUse } from "./lock-uses.ts";
import { type ProcessPicture, pictureProcess, pictureTargets } from "./process.ts";

/** Both sides of a fork, and the way there. */
export interface ForkPicture {
  /** The parent before and after. */
  readonly before: ProcessPicture;
  /** The parent once the fork has returned. */
  readonly after: ProcessPicture;
  /** The child, before it runs. */
  readonly child: ProcessPicture;
  /** Below a node that stands for no function. */
  readonly calls: CallNode;
  /** Of the parent, of the child, and of the rest of the machine. */
  readonly locks: readonly LockUse[];
  /** Locks that the fork took and did not give back. */
  readonly held: number;
  /** Pages and slots that the parent's entries led to before the fork. */
  readonly pages: readonly PageChange[];
  /** Swap slots likewise. */
  readonly slots: readonly SlotChange[];
}

/**
 * Forks `parent`, and looks at it before and after. Takes the place of the kernel's sink, and
 * leaves none.
 * @throws RangeError when the fork fails, or `parent` is no task with memory
 * @example
 * ```ts
 * import { createKernel } from "@forkpath/kernel";
 * import { pictureFork } from "@forkpath/picture";
 * const kernel = createKernel({ memoryPages: 1024 });
 * const { calls } = pictureFork(kernel, kernel.createProcess());
 * console.log(calls.callees[0]?.fn); // do_fork
 * ```
 */
export function pictureFork(kernel: Kernel, parent: number): ForkPicture {
  const before = pictureProcess(kernel, parent);
  const targets = pictureTargets(kernel, before);
  const tree = createCallTree();
  const locks = createLockUses();
  kernel.attach(both(tree, locks));
  const pid = kernel.fork(parent);
  kernel.attach(null);
  if (pid < 0) throw new RangeError(`pictureFork: the fork of ${parent} answered ${pid}`);
  const after = pictureProcess(kernel, parent);
  const child = pictureProcess(kernel, pid);
  const targetsAfter = pictureTargets(kernel, before);
  return {
    before,
    after,
    child,
    calls: withCounted(tree.root, "copy_pte_range", "copy_one_pte", copiedEntries(child)),
    locks: locks.uses({ [before.mm]: "parent", [child.mm]: "child" }),
    held: locks.held,
    pages: pageChanges(targets, targetsAfter),
    slots: slotChanges(targets, targetsAfter),
  };
}

/** An entry is too small a step to be traced: the child's page maps tell how many were copied. */
const copiedEntries = ({ areas }: ProcessPicture): number =>
  areas.flatMap(({ entries }) => entries).filter(({ letter }) => letter !== "H").length;

const both = (first: EventSink, second: EventSink): EventSink => ({
  wants: first.wants | second.wants,
  emit(event, thread) {
    first.emit(event, thread);
    second.emit(event, thread);
  },
});

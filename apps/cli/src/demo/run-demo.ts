/** The demo: one fork, and everything that it did, drawn in at most 100 columns. */
import type { Colors } from "../terminal.ts";
import { addCalls, buildCallTree } from "./call-tree.ts";
import { pageChanges, slotChanges } from "./changes.ts";
import { drawTree } from "./draw-tree.ts";
import { drawChanges, drawLocks } from "./lists.ts";
import { locksHeld, lockUses } from "./lock-uses.ts";
import { type ObservedFork, observeFork } from "./observe-fork.ts";
import { drawEntries, drawStatus } from "./side-by-side.ts";
import { tellStory } from "./story.ts";

const REMARKS = [
  "Private pages are write-protected on both sides: whoever writes to one first, copies it.",
  "What a fault can bring back is not copied: program text, shared files, shared memory.",
  "A swapped page stays where it is, and its slot counts one owner more.",
  "The pages on the move are in the child's tables, and in none of its counters: a fault of this",
  "kernel, which leaves the child's VmRSS 8 kB short when they have arrived.",
];

/** The lines of the demo. */
export function runDemo(colors: Colors): string[] {
  const { kernel, parent } = tellStory();
  const observed = observeFork(kernel, parent);
  const { before, child, trace, targetsBefore, targetsAfter } = observed;
  const uses = lockUses(trace, { parent: before.mm, child: child.mm });
  const changes = [
    ...pageChanges(targetsBefore, targetsAfter),
    ...slotChanges(targetsBefore, targetsAfter),
  ];
  const section = (title: string, lines: readonly string[]): string[] => [
    "",
    colors.bold(title),
    ...lines,
  ];
  return [
    colors.bold("One fork of Linux 2.6.32-642.6.2.el6 on x86-64"),
    "A server with anonymous, file, shared, swapped and migrating pages: " +
      `process ${before.pid} forks, and ${child.pid} is born.`,
    ...section("What the kernel called", drawCalls(observed, colors)),
    ...section("/proc/PID/status", drawStatus(observed, colors)),
    ...section("Page tables", drawEntries(observed, colors)),
    ...section("Pages and swap slots of the parent", drawChanges(changes, colors)),
    ...section("Locks", drawLocks(uses, locksHeld(trace), colors)),
    ...section("To be seen", REMARKS),
  ];
}

/** An entry is too small a step to be traced: the child's tables tell how many were copied. */
function drawCalls({ trace, child }: ObservedFork, colors: Colors): string[] {
  const tree = buildCallTree(trace);
  const letters = child.areas.flatMap((area) => area.letters);
  const copied = letters.filter((letter) => letter !== "-").length;
  addCalls(tree, "copy_pte_range", "copy_one_pte", copied);
  return drawTree(tree, colors);
}

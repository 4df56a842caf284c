/** The demo: one fork, and everything that it did, drawn in at most 100 columns. */
import type { KernelName } from "@forkpath/abi";
import { pictureFork } from "@forkpath/picture";
import type { Colors } from "../terminal.ts";
import { drawTree } from "./draw-tree.ts";
import { drawChanges, drawLocks } from "./lists.ts";
import { drawEntries, drawStatus } from "./side-by-side.ts";
import { tellStory } from "./story.ts";

const REMARKS = [
  "Private pages are write-protected on both sides: whoever writes to one first, copies it.",
  "What a fault can bring back is not copied: program text, shared files, shared memory.",
  "A swapped page stays where it is, and its slot counts one owner more.",
];
/** D3, the migrating pages that fork leaves out: later kernels count them. */
const REMARKS_OF_EL6 = [
  "The pages on the move are in the child's tables, and in none of its counters: a fault of this",
  "kernel, which leaves the child's VmRSS 8 kB short when they have arrived.",
];

/** The lines of the demo. */
export function runDemo(colors: Colors, release: KernelName = "el6"): string[] {
  const { kernel, parent } = tellStory(release);
  const isEl6 = release === "el6";
  const name = isEl6 ? "2.6.32-642.6.2.el6" : release.replace(/^v/, "");
  const fork = pictureFork(kernel, parent);
  const section = (title: string, lines: readonly string[]): string[] => [
    "",
    colors.bold(title),
    ...lines,
  ];
  return [
    colors.bold(`One fork of Linux ${name} on x86-64`),
    "A server with anonymous, file, shared, swapped and migrating pages: " +
      `process ${fork.before.pid} forks, and ${fork.child.pid} is born.`,
    ...section("What the kernel called", drawTree(fork.calls, colors)),
    ...section("/proc/PID/status", drawStatus(fork, colors)),
    ...section("Page tables", drawEntries(fork, colors)),
    ...section("Pages and swap slots of the parent", drawChanges(fork, colors)),
    ...section("Locks", drawLocks(fork, colors)),
    ...section("To be seen", isEl6 ? [...REMARKS, ...REMARKS_OF_EL6] : REMARKS),
  ];
}

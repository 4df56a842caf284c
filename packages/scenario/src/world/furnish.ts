/** What a process has done to a mapping before its story begins: read, written, swapped, locked. */
import { Madvise, PAGE_SIZE } from "@forkpath/abi";
import type { MappingSpec } from "../format/mapping.ts";
import { ALL_PAGES, type Selection } from "../format/selection.ts";
import { CannotRun } from "./cannot-run.ts";
import { outcomeOfAccess, outcomeOfStatus, type StepOutcome } from "./outcome.ts";
import { failureText } from "./reason.ts";
import { type Range, rangesOf } from "./where.ts";
import type { LiveProcess, World } from "./world.ts";

/** Is there anything to be done? */
export const isFurnished = ({ locked, dontfork, read, written, swapped }: MappingSpec): boolean =>
  locked || dontfork || read.length + written.length + swapped.length > 0;

/** @throws CannotRun when the memory for it is not there, or the mapping does not allow it */
export function furnish(world: World, process: LiveProcess, name: string, spec: MappingSpec): void {
  const { kernel } = world;
  const { pid } = process;
  const ranges = (pages: readonly Selection[]): readonly Range[] =>
    rangesOf(world, { process: process.name, mapping: name, pages });
  const expect = (what: string, outcome: StepOutcome): void => {
    if (outcome.kind === "done") return;
    const why = failureText(world, outcome, pid);
    throw new CannotRun(`${what} of ${process.name} ${name} ended with ${why}`);
  };
  for (const { start, len } of ranges(spec.read)) {
    expect("reading", outcomeOfAccess(kernel.read(pid, start, len)));
  }
  // What is swapped out was written before.
  for (const { start, len } of [...ranges(spec.written), ...ranges(spec.swapped)]) {
    expect("writing", outcomeOfAccess(kernel.write(pid, start, len)));
  }
  for (const range of ranges(spec.swapped)) swapOut(world, process, name, range);
  for (const { start, len } of ranges(ALL_PAGES)) {
    if (spec.locked) expect("mlock", outcomeOfStatus(kernel.mlock(pid, start, len)));
    if (!spec.dontfork) continue;
    expect("madvise", outcomeOfStatus(kernel.madvise(pid, start, len, Madvise.DONTFORK)));
  }
}

function swapOut(world: World, process: LiveProcess, name: string, { start, len }: Range): void {
  const { freed } = world.kernel.reclaim(process.pid, { start, end: start + len });
  if (freed * PAGE_SIZE === len) return;
  throw new CannotRun(
    `only ${freed} of ${len / PAGE_SIZE} pages of ${process.name} ${name} could be swapped out: ` +
      "is there swap enough?",
  );
}

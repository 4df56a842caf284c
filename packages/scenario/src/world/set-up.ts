/** The processes that a scenario begins with, and their memory. */
import { ALL_CAPABILITIES } from "@forkpath/fork";
import type { ProcessSpec } from "../format/process.ts";
import { CannotRun } from "./cannot-run.ts";
import { furnish } from "./furnish.ts";
import { planMapping } from "./mapping.ts";
import { outcomeOfStatus } from "./outcome.ts";
import { failureText } from "./reason.ts";
import { addProcess, pidOf } from "./who.ts";
import { createAddressSpace, type LiveProcess, type World } from "./world.ts";

/**
 * One of them, and its mappings. Those before it in the text are there.
 * @throws CannotRun when the machine cannot be brought into that state
 */
export function setUpProcess(world: World, name: string, spec: ProcessSpec): void {
  const process = createProcess(world, name, spec);
  for (const [mapping, mappingSpec] of spec.mappings) {
    const { make, startOf } = planMapping(world, process, mapping, mappingSpec);
    const start = startOf(make() as number);
    if (start < 0) {
      const why = failureText(world, outcomeOfStatus(start), process.pid);
      throw new CannotRun(`mapping ${mapping} of ${name}: ${why}`);
    }
    process.space.mappings.set(mapping, { start, pages: mappingSpec.sizePages });
    furnish(world, process, mapping, mappingSpec);
  }
}

function createProcess(world: World, name: string, spec: ProcessSpec): LiveProcess {
  const { kernel } = world;
  const pid = spec.isKernelThread
    ? kernel.createKernelThread(name)
    : kernel.createProcess({
        comm: name,
        uid: spec.user,
        rlimits: spec.limits,
        caps: spec.isAdmin ? ALL_CAPABILITIES : 0,
        ...(spec.parent === null ? {} : { parent: pidOf(world, spec.parent) }),
      });
  if (pid < 0) {
    throw new CannotRun(`making ${name}: ${failureText(world, outcomeOfStatus(pid), null)}`);
  }
  return addProcess(world, name, pid, createAddressSpace());
}

/** Steps that the kernel takes, or an administrator, as schemas. */
import { Errno } from "@forkpath/abi";
import type { StepName } from "@forkpath/fork";
import { z } from "zod";
import {
  about,
  integer,
  leaf,
  name,
  oneOf,
  place,
  placeOrProcess,
  swapSize,
  yes,
} from "./leaves.ts";
import type { StepArgs } from "./step.ts";

type KernelVerb =
  | "reclaim"
  | "collapse"
  | "migrateBegin"
  | "migrateEnd"
  | "poison"
  | "swapon"
  | "swapoff"
  | "script"
  | "corrupt"
  | "coreDump"
  | "resume"
  | "look";

const STEP_NAMES = [
  "security_task_create",
  "try_module_get",
  "mpol_dup",
  "perf_event_init_task",
  "audit_alloc",
  "copy_semundo",
  "copy_files",
  "init_new_context",
  "ksm_fork",
  "khugepaged_fork",
  "vma_dup_policy",
  "copy_namespaces",
  "copy_io",
  "copy_thread",
  "ns_cgroup_clone",
  "open_exec",
  "security_file_mmap",
  "prepare_binprm",
  "search_binary_handler",
] as const satisfies readonly StepName[];
const ANSWERS = ["success", ...(Object.keys(Errno) as (keyof typeof Errno)[])] as const;

/** By verb; each takes its arguments and nothing else. */
export const kernelSteps: { readonly [V in KernelVerb]: z.ZodType<StepArgs[V]> } = {
  reclaim: leaf(
    z.strictObject({
      reclaim: about(placeOrProcess, "Which pages are to go; those in memory go to swap."),
      count: about(integer(0, 2 ** 31 - 1), "Stop after so many.").exactOptional(),
      idle: about(yes, "False to spare, once, pages that were used.").default(true),
    }),
    "a reclaim",
    (given) => ({ place: given.reclaim, count: given.count ?? null, isIdle: given.idle }),
  ),
  collapse: leaf(
    z.strictObject({
      collapse: about(place, "Whose 2 MiB, all that have a page of these, become huge pages."),
    }),
    "a collapse",
    (given) => ({ place: given.collapse }),
  ),
  migrateBegin: leaf(
    z.strictObject({ migrateBegin: about(place, "Which pages set out for other frames.") }),
    "a migration",
    (given) => ({ place: given.migrateBegin }),
  ),
  migrateEnd: leaf(
    z.strictObject({ migrateEnd: about(z.literal(true), "All that set out arrive.") }),
    "the end of migrations",
    () => ({}),
  ),
  poison: leaf(
    z.strictObject({ poison: about(place, "Whose frames have gone bad.") }),
    "a memory failure",
    (given) => ({ place: given.poison }),
  ),
  swapon: leaf(
    z.strictObject({
      swapon: about(swapSize, "How large the new swap area is."),
      priority: about(integer(0, 32_767), "Higher ones are filled first.").exactOptional(),
    }),
    "a swapon",
    (given) => ({ sizePages: given.swapon, priority: given.priority ?? null }),
  ),
  swapoff: leaf(
    z.strictObject({
      swapoff: about(integer(0, 31), "Which swap area, counted from 0."),
      by: about(name, "Who does it; nobody in particular unless told.").exactOptional(),
    }),
    "a swapoff",
    (given) => ({ area: given.swapoff, by: given.by ?? null }),
  ),
  script: leaf(
    z.strictObject({
      script: about(oneOf(...STEP_NAMES), "A kernel function that does nothing in the model."),
      answers: about(oneOf(...ANSWERS), "What it answers from now on; 0 is success."),
    }),
    "a scripted answer",
    ({ script, answers }) => ({
      name: script,
      status: answers === "success" ? 0 : -Errno[answers],
    }),
  ),
  corrupt: leaf(
    z.strictObject({
      corrupt: about(place, "Swapped pages whose slots are overwritten."),
      slotByte: about(integer(0, 255), "The new byte in the swap map."),
    }),
    "a corruption",
    (given) => ({ place: given.corrupt, slotByte: given.slotByte }),
  ),
  coreDump: leaf(
    z.strictObject({
      coreDump: about(name, "Whose address space is being written to a core file."),
      running: about(yes, "False to say that it is done.").default(true),
    }),
    "a core dump",
    (given) => ({ process: given.coreDump, isRunning: given.running }),
  ),
  resume: leaf(
    z.strictObject({ resume: about(z.literal(true), "The race that paused goes on.") }),
    "the rest of a race",
    () => ({}),
  ),
  look: leaf(
    z.strictObject({ look: about(z.string(), "A word about what is seen now.").exactOptional() }),
    "a look",
    () => ({}),
  ),
};

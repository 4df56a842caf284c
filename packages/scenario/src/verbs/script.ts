/** What the model leaves out, and a scenario decides: answers of empty functions, core dumps. */
import { Errno } from "@forkpath/abi";
import { STEP_NAMES, type StepName } from "@forkpath/fork";
import * as z from "zod/mini";
import { about, name, oneOf, yes } from "../format/leaves.ts";
import { pidOf } from "../world/who.ts";
import type { Choice, Entry } from "./dice.ts";
import { atOnce, by, defineVerb, type Verb } from "./verb.ts";

const ANSWERS = ["success", ...(Object.keys(Errno) as (keyof typeof Errno)[])] as const;

/** Kernel functions that a random script lets fail. */
const SOME_STEPS: readonly StepName[] = [
  "security_task_create",
  "mpol_dup",
  "copy_semundo",
  "ksm_fork",
  "vma_dup_policy",
  "copy_namespaces",
  "copy_thread",
  "open_exec",
  "security_file_mmap",
  "prepare_binprm",
  "search_binary_handler",
];

const someScript = ({ random }: Choice): Entry => ({
  script: random.pick(SOME_STEPS),
  answers: random.pick(["ENOMEM", "EACCES"]),
});

/** What was made to fail goes well again: else one step would spoil all that come after it. */
function mend({ world, caller }: Choice): Entry | null {
  const { failStep, tasks } = world.kernel.machine.fork;
  const failing = [...failStep].find(([, status]) => status !== 0);
  if (failing !== undefined) return { script: failing[0], answers: "success" };
  if (tasks.get(caller.pid)?.hasPendingSignal !== true) return null;
  return { signal: caller.name, pending: false };
}

/** The kernel function of that name answers so from now on: 0, or a negative errno. */
export const script: Verb = defineVerb(
  {
    script: about(oneOf(...STEP_NAMES), "A kernel function that does nothing in the model."),
    answers: about(oneOf(...ANSWERS), "What it answers from now on; 0 is success."),
  },
  ({ script: step, answers }) => ({
    text: `as ${step}`,
    ...atOnce((world) => {
      const status = answers === "success" ? 0 : -Errno[answers];
      world.kernel.machine.fork.failStep.set(step, status);
    }),
  }),
  [
    [1, someScript],
    [20, mend],
  ],
);

function someCoreDump({ world, caller }: Choice): Entry {
  const mm = world.kernel.machine.fork.tasks.get(caller.pid)?.mm;
  return mm?.coreState ? { coreDump: caller.name, running: false } : { coreDump: caller.name };
}

/** Whether the address space is being written to a core file. */
export const coreDump: Verb = defineVerb(
  {
    coreDump: about(name, "Whose address space is being written to a core file."),
    running: z._default(about(yes, "False to say that it is done."), true),
  },
  ({ coreDump: process, running }) => ({
    ...by(process),
    ...atOnce((world) => {
      world.kernel.setCoreDump(pidOf(world, process), running);
    }),
  }),
  [[1, someCoreDump]],
);

/** Resource limits as a scenario names them: sizes, and a number of tasks. */
import type { Rlimits } from "@forkpath/fork";
import * as z from "zod";
import { about, either, integer, leaf, limit } from "./leaves.ts";

export type Limits = Partial<Rlimits>;

const TASKS = "a number of tasks, or unlimited";
const tasks: z.ZodType<number> = leaf(
  either<number | "unlimited">(TASKS, integer(0, 2 ** 31 - 1), z.literal("unlimited")),
  TASKS,
  (value) => (value === "unlimited" ? Number.POSITIVE_INFINITY : value),
);

/** Keys that a step may have beside its own. */
export const limitKeys: Record<keyof Rlimits, z.ZodExactOptional<z.ZodType<number>>> = {
  as: about(limit, "RLIMIT_AS: all of the address space.").exactOptional(),
  data: about(limit, "RLIMIT_DATA: program data and heap.").exactOptional(),
  stack: about(limit, "RLIMIT_STACK.", "8M").exactOptional(),
  memlock: about(limit, "RLIMIT_MEMLOCK; an admin has none.").exactOptional(),
  nproc: about(tasks, "RLIMIT_NPROC: tasks of the user; root has none.").exactOptional(),
};

export const limits: z.ZodType<Limits> = z.strictObject(limitKeys);

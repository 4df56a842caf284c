/** Resource limits as a scenario names them: sizes, and a number of tasks. */
import type { Rlimits } from "@forkpath/fork";
import * as z from "zod/mini";
import { about, either, integer, leaf, limit } from "./leaves.ts";

/** Limits of a process, by their names. */
export type LimitsSpec = Partial<Rlimits>;

const TASKS = "a number of tasks, or unlimited";
const tasks: z.ZodMiniType<number> = leaf(
  either<number | "unlimited">(TASKS, integer(0, 2 ** 31 - 1), z.literal("unlimited")),
  TASKS,
  (value) => (value === "unlimited" ? Number.POSITIVE_INFINITY : value),
);

/** Keys that a step may have beside its own. */
export const limitKeys: Record<keyof Rlimits, z.ZodMiniExactOptional<z.ZodMiniType<number>>> = {
  as: z.exactOptional(about(limit, "RLIMIT_AS: all of the address space.")),
  data: z.exactOptional(about(limit, "RLIMIT_DATA: program data and heap.")),
  stack: z.exactOptional(about(limit, "RLIMIT_STACK.", "8M")),
  memlock: z.exactOptional(about(limit, "RLIMIT_MEMLOCK; an admin has none.")),
  nproc: z.exactOptional(about(tasks, "RLIMIT_NPROC: tasks of the user; root has none.")),
};

export const limits: z.ZodMiniType<LimitsSpec> = z.strictObject(limitKeys);

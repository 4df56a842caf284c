/** A process that a scenario begins with, and its mappings. */
import { z } from "zod";
import { about, integer, leaf, name, yes } from "./leaves.ts";
import { type Limits, limits } from "./limits.ts";
import { type MappingSpec, mapping } from "./mapping.ts";

/** Who takes over the children of those who end before them; a scenario does not declare it. */
export const INIT = "init";

export interface ProcessSpec {
  /** Null for a child of init. */
  readonly parent: string | null;
  /** User id; processes with one id share its limit of tasks. */
  readonly user: number;
  /** CAP_SYS_ADMIN, and all others. */
  readonly isAdmin: boolean;
  /** It runs in the kernel, and has no memory. */
  readonly isKernelThread: boolean;
  readonly limits: Limits;
  readonly mappings: ReadonlyMap<string, MappingSpec>;
}

const keys = z.strictObject({
  mappings: about(z.record(name, mapping), "Its memory, by name.").exactOptional(),
  parent: about(name, "Which process waits for it; init unless told.").exactOptional(),
  user: about(integer(0, 2 ** 31 - 1), "User id; 0, root, unless told.").default(0),
  admin: about(yes, "Whether it has all capabilities; root has unless told.").exactOptional(),
  kernelThread: about(yes, "Runs in the kernel, without memory.").default(false),
  limits: about(limits, "Resource limits of its own.").exactOptional(),
});

/** Nothing at all is a process without memory. */
export const process: z.ZodType<ProcessSpec> = leaf(keys.nullable(), "a process", (given) =>
  toProcessSpec(given ?? keys.parse({})),
);

function toProcessSpec(given: z.output<typeof keys>): ProcessSpec {
  return {
    parent: given.parent ?? null,
    user: given.user,
    isAdmin: given.admin ?? given.user === 0,
    isKernelThread: given.kernelThread,
    limits: given.limits ?? {},
    mappings: new Map(Object.entries(given.mappings ?? {})),
  };
}

/** A process that a scenario begins with, and its mappings. */
import * as z from "zod/mini";
import { about, integer, leaf, name, yes } from "./leaves.ts";
import { type LimitsSpec, limits } from "./limits.ts";
import { type MappingSpec, mapping } from "./mapping.ts";
import type { Position } from "./position.ts";

/** The process that takes over orphaned children; a scenario does not declare it. */
export const INIT = "init";

/** What a scenario says of a process, and where. */
export interface ProcessSpec extends ProcessInput {
  /** Where it stands in the text. */
  readonly at: Position;
}

/** A process as a scenario asks for it, every default filled in. */
export interface ProcessInput {
  /** Null for a child of init. */
  readonly parent: string | null;
  /** User id; processes with one id share its limit of tasks. */
  readonly user: number;
  /** CAP_SYS_ADMIN, and all others. */
  readonly isAdmin: boolean;
  /** It runs in the kernel, and has no memory. */
  readonly isKernelThread: boolean;
  /** Its limits; what is left out is unlimited. */
  readonly limits: LimitsSpec;
  /** Its mappings, by name, in the order of the text. */
  readonly mappings: ReadonlyMap<string, MappingSpec>;
}

const keys = z.strictObject({
  mappings: z.exactOptional(about(z.record(name, mapping), "Its memory, by name.")),
  parent: z.exactOptional(about(name, "Which process waits for it; init by default.")),
  user: z._default(about(integer(0, 2 ** 31 - 1), "User id; by default 0, root."), 0),
  admin: z.exactOptional(about(yes, "Whether it has all capabilities; by default root has.")),
  kernelThread: z._default(about(yes, "Runs in the kernel, without memory."), false),
  limits: z.exactOptional(about(limits, "Resource limits of its own.")),
});

/** Nothing at all is a process without memory. */
export const process: z.ZodMiniType<ProcessInput> = leaf(
  z.nullable(keys),
  "a kernel thread without mappings",
  (given) => {
    const input = toProcess(given ?? keys.parse({}));
    return input.isKernelThread && input.mappings.size > 0 ? undefined : input;
  },
);

function toProcess(given: z.output<typeof keys>): ProcessInput {
  return {
    parent: given.parent ?? null,
    user: given.user,
    isAdmin: given.admin ?? given.user === 0,
    isKernelThread: given.kernelThread,
    limits: given.limits ?? {},
    mappings: new Map(Object.entries(given.mappings ?? {})),
  };
}

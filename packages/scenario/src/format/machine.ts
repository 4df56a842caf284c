/**
 * The machine of a scenario: the kernel's configuration, in units that people write.
 */
import { KB_PER_PAGE, KERNELS } from "@forkpath/abi";
import type { KernelConfig, SwapConfig } from "@forkpath/kernel";
import { Overcommit } from "@forkpath/mm";
import { MAX_SWAPFILES } from "@forkpath/swap";
import * as z from "zod/mini";
import {
  about,
  either,
  integer,
  leaf,
  named,
  oneOf,
  size,
  sizeOrNone,
  upTo,
  yes,
} from "./leaves.ts";
import { type LimitsSpec, limits } from "./limits.ts";
import { rules } from "./rules.ts";

/** Whether a copy or an unmap finds, each time it asks, that others want to run. */
export type NeedResched = "never" | "always";

/** A machine as a scenario asks for it: createKernel takes it as it is. */
export interface MachineSpec extends KernelConfig {
  /** When a task is asked to give way; by default never. */
  readonly needResched?: NeedResched;
}

type CommitOptions = NonNullable<KernelConfig["overcommit"]>;

const MODES = { heuristic: Overcommit.GUESS, always: Overcommit.ALWAYS, strict: Overcommit.NEVER };
const OVERCOMMIT = "heuristic, always, strict, or an object with a mode";
const SWAP = "a size of less than 8T, or a list of areas";
/** Frame numbers fit a word with a sign. */
const MOST_FRAMES = 2 ** 31;
/** So do the slots of a swap area, its header among them. */
const MOST_SLOTS = 2 ** 31 - 1;

const memory = leaf(size, "memory from 2 pages to 8T", (pages) =>
  pages < 2 || pages > MOST_FRAMES ? undefined : pages,
);
const partOfMemory = upTo(MOST_FRAMES, "a size of at most 8T", sizeOrNone);

const mode = leaf(oneOf("heuristic", "always", "strict"), OVERCOMMIT, (word) => MODES[word]);
const kilobytes = leaf(sizeOrNone, "a size", (pages) => pages * KB_PER_PAGE);

const overcommitKeys = z.strictObject({
  mode: z.exactOptional(about(mode, "Modes 0, 1 and 2 of vm.overcommit_memory.")),
  ratio: z.exactOptional(about(integer(0, 1000), "Percent of memory that strict allows.")),
  limit: z.exactOptional(about(kilobytes, "What strict allows instead of the ratio.")),
  adminReserve: z.exactOptional(about(kilobytes, "Kept back for admins.")),
  userReserve: z.exactOptional(about(kilobytes, "What strict keeps back for users, since v3.10.")),
  reserve: z.exactOptional(about(partOfMemory, "What the allocator keeps to itself.")),
  slab: z.exactOptional(about(partOfMemory, "Slab that reclaim could free.")),
});

export const overcommit: z.ZodMiniType<CommitOptions> = leaf(
  either<Overcommit | z.output<typeof overcommitKeys>>(OVERCOMMIT, mode, overcommitKeys),
  OVERCOMMIT,
  (value) => (typeof value === "number" ? { mode: value } : commitOptions(value)),
);

const area: z.ZodMiniType<SwapConfig> = leaf(
  z.strictObject({ size, priority: z.exactOptional(integer(0, 32_767)) }),
  "an area with a size",
  ({ size: pages, priority: prio }) => ({ pages, ...(prio === undefined ? {} : { prio }) }),
);
const sizeAsArea: z.ZodMiniType<SwapConfig> = leaf(size, "a size", (pages) => ({ pages }));
const oneArea = either<SwapConfig>("a size, or an area with a size", sizeAsArea, area);

const areas = leaf(
  either<SwapConfig | SwapConfig[]>(SWAP, oneArea, z.array(oneArea)),
  SWAP,
  (value) => (Array.isArray(value) ? value : [value]),
);
const swap = leaf(areas, `at most ${MAX_SWAPFILES} areas, each of less than 8T`, (all) =>
  all.length <= MAX_SWAPFILES && all.every(({ pages }) => pages <= MOST_SLOTS) ? all : undefined,
);

const keys = z.strictObject({
  kernel: z.exactOptional(about(oneOf(...KERNELS), "Which release of Linux; el6 by default.")),
  rules: z.exactOptional(
    about(
      rules,
      "By the name of a rule: the release whose answer it gives, or the defect that is mended.",
      { argLock: { cures: "D1" } },
    ),
  ),
  memory: z.exactOptional(about(memory, "How much memory; 4G by default.", "4G")),
  swap: z.exactOptional(about(swap, "One swap area, or several; none by default.", "1G")),
  overcommit: z.exactOptional(about(overcommit, "What may be promised; heuristic by default.")),
  nrCpus: z.exactOptional(about(integer(1, 4096), "Processors; 4 by default.")),
  nrNodes: z.exactOptional(
    about(integer(1, 1024), "Nodes, each with its share of the processors; 1 by default."),
  ),
  splitPtlockCpus: z.exactOptional(
    about(
      integer(1, 2 ** 31 - 1),
      "With so many CPUs each page table has a lock of its own; 4 by default.",
    ),
  ),
  memoryFailure: z.exactOptional(
    about(yes, "Whether frames can go bad: it takes a type from swap areas. By default they can."),
  ),
  devicePrivate: z.exactOptional(
    about(yes, "Whether memory of devices is built in: it takes types, too. By default it is."),
  ),
  preempt: z.exactOptional(
    about(yes, "Whether a lock is let go when another task spins on it; by default not."),
  ),
  transparentHugepage: z.exactOptional(
    about(
      oneOf("never", "madvise", "always"),
      "Which anonymous memory gets huge pages; by default none.",
    ),
  ),
  needResched: z.exactOptional(
    about(
      oneOf("never", "always"),
      "Whether others always want to run, so that long copies pause.",
    ),
  ),
  maxThreads: z.exactOptional(
    about(
      integer(1, 2 ** 31 - 1),
      "Tasks that there may be; by default as many as the memory allows.",
    ),
  ),
  pidMax: z.exactOptional(about(integer(2, 2 ** 22), "Pids stay below it; 32768 by default.")),
  maxMapCount: z.exactOptional(
    about(integer(0, 2 ** 31 - 1), "Areas of an address space; 65530 by default."),
  ),
  limits: z.exactOptional(about(limits, "Limits that every process starts with.")),
});

export const machine: z.ZodMiniType<MachineSpec> = named(
  "machine",
  leaf(keys, "a machine", toMachineSpec),
);

function toMachineSpec(given: z.output<typeof keys>): MachineSpec {
  const { memory, limits: rlimits, ...rest } = given;
  return {
    ...rest,
    ...(memory === undefined ? {} : { memoryPages: memory }),
    ...(rlimits === undefined ? {} : { rlimits: rlimits satisfies LimitsSpec }),
  };
}

function commitOptions(given: z.output<typeof overcommitKeys>): CommitOptions {
  const { limit, adminReserve, userReserve, reserve, slab, ...rest } = given;
  return {
    ...rest,
    ...(limit === undefined ? {} : { overcommitKb: limit }),
    ...(adminReserve === undefined ? {} : { adminReserveKb: adminReserve }),
    ...(userReserve === undefined ? {} : { userReserveKb: userReserve }),
    ...(reserve === undefined ? {} : { totalReservePages: reserve }),
    ...(slab === undefined ? {} : { reclaimableSlabPages: slab }),
  };
}

/**
 * How an address space begins: what mm_init sets and what it leaves alone (SPEC §5.4).
 *
 * Fields that mm_init does not name keep what they had: zero after mm_alloc, the parent's value
 * when dup_mm copied the struct first.
 */
import { NO_TABLE, pgdAlloc, pgdFree } from "@forkpath/page-table";
import { allocAtomic, allocSleeping, type KernelThread } from "@forkpath/sync";
import { TASK_UNMAPPED_BASE, UNKNOWN_HOLE_SIZE } from "../area/unmapped-area.ts";
import { allocateMm, MMAP_BASE } from "../machine/mm.ts";
import type { MmEnv, MmStruct } from "../types.ts";
import { MmFlag } from "../values.ts";

/** Core dumps hold anonymous memory, private and shared, and private huge pages. */
const MMF_DUMP_FILTER_DEFAULT = 0x23 << 2;

/**
 * Asks for the memory of one mm_struct.
 * @returns null when memory is short
 * @kernel allocate_mm in kernel/fork.c
 */
export function* allocMm(env: MmEnv): KernelThread<MmStruct | null> {
  const { sync } = env;
  const isGranted = sync.interleaved ? yield* allocSleeping(sync, "mm") : allocAtomic(sync, "mm");
  return isGranted ? allocateMm(env) : null;
}

/**
 * Makes `mm` an address space with one user, no area and an empty page directory.
 * @param creator current->mm, whose flags it inherits, as far as the rule says; null for a kernel
 *   thread
 * @returns false when memory is short; `mm` is then to be forgotten
 * @kernel mm_init in kernel/fork.c
 * @deviates Keeps no owner: nothing modelled asks for it.
 */
export function mmInit(env: MmEnv, mm: MmStruct, creator: MmStruct | null): boolean {
  mm.mmUsers = 1;
  mm.mmCount = 1;
  mm.flags = creator === null ? MMF_DUMP_FILTER_DEFAULT : inheritedFlags(env, creator);
  mm.coreState = false;
  mm.nrPtes = mm.nrPmds = mm.nrPuds = 0;
  mm.freeAreaCache = TASK_UNMAPPED_BASE;
  mm.cachedHoleSize = UNKNOWN_HOLE_SIZE;
  mm.oomDisableCount = 0;
  mm.pgd = pgdAlloc(env.sync, env.tables);
  if (mm.pgd === NO_TABLE) return false;
  if (env.counterRules.design.parts === "cpus" && !allocAtomic(env.sync, "percpu_counter")) {
    pgdFree(env.tables, mm.pgd);
    mm.pgd = NO_TABLE;
    return false;
  }
  env.spaces.add(mm);
  mm.defFlags = creator === null ? 0 : creator.defFlags & env.rules.mmInit.defFlags;
  return true;
}

/** @kernel mmf_init_flags in include/linux/mm_types.h */
function inheritedFlags({ rules }: MmEnv, { flags }: MmStruct): number {
  const kept = flags & rules.mmInit.flags;
  return flags & MmFlag.HAS_MDWE_NO_INHERIT ? kept & ~MmFlag.HAS_MDWE : kept;
}

/**
 * A new address space for exec to fill.
 * @returns null when memory is short
 * @kernel mm_alloc in kernel/fork.c
 * @example
 * ```ts
 * import { createMmEnv, mmAlloc } from "@forkpath/mm";
 * import { runToCompletion } from "@forkpath/sync";
 * const mm = runToCompletion(mmAlloc(createMmEnv({ memoryPages: 1024 }), null));
 * console.log(mm?.name, mm?.mmUsers); // mm1 1
 * ```
 */
export function* mmAlloc(env: MmEnv, creator: MmStruct | null): KernelThread<MmStruct | null> {
  const mm = yield* allocMm(env);
  return mm !== null && mmInit(env, mm, creator) ? mm : null;
}

/**
 * Lets mmap search from the usual place below the stack downwards.
 * @kernel arch_pick_mmap_layout in arch/x86/mm/mmap.c
 * @deviates Not randomised, and the same whatever the stack limit is.
 */
export function archPickMmapLayout(mm: MmStruct): void {
  mm.layout.mmapBase = MMAP_BASE;
  mm.freeAreaCache = MMAP_BASE;
}

/**
 * Gives the page directory back; the tables below it are gone already.
 * @kernel mm_free_pgd in kernel/fork.c
 */
export function mmFreePgd(env: MmEnv, mm: MmStruct): void {
  pgdFree(env.tables, mm.pgd);
  mm.pgd = NO_TABLE;
  env.spaces.delete(mm);
}

/** The anon_vma that a vma needs before it maps its first anonymous page (SPEC §4.5). */
import { anonVmaPrepare } from "@forkpath/rmap";
import type { KernelThread } from "@forkpath/sync";
import type { MmEnv, Vma } from "../types.ts";
import { mergeableAnonVma } from "./list.ts";

/**
 * Makes sure that `vma` has an anon_vma: a neighbour's, or a new one.
 * @returns 0 or -ENOMEM
 * @kernel anon_vma_prepare in mm/rmap.c
 */
export function* prepareAnonVma(env: MmEnv, vma: Vma): KernelThread<number> {
  if (!env.sync.interleaved && vma.anonVma !== null) return 0;
  const lock = vma.mm.pageTableLock;
  return yield* anonVmaPrepare(env.sync, env.anonVmas, vma, lock, mergeableAnonVma);
}

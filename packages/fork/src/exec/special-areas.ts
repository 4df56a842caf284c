/** The areas that the kernel maps into a new program by itself: its clock and its code (M21/7). */
import { Errno, PAGE_SIZE } from "@forkpath/abi";
import { type MmStruct, VmFault, type VmOps } from "@forkpath/mm";
import {
  addTotalVm,
  allocVma,
  createVma,
  getUnmappedArea,
  linkVma,
  vmStatAccount,
} from "@forkpath/mm/internal";
import { NO_PFN } from "@forkpath/rmap";
import { type KernelThread, stopAt } from "@forkpath/sync";
import type { ForkEnv, SpecialArea } from "../types.ts";

/**
 * Maps them side by side, wherever mmap finds room. Requires mmap_sem held for writing.
 * @returns 0, or -ENOMEM
 * @kernel arch_setup_additional_pages in arch/x86/entry/vdso/vma.c
 * @deviates No program of the model uses them: a fault there finds no page.
 */
export function* setupAdditionalPages(fe: ForkEnv, mm: MmStruct): KernelThread<number> {
  const areas = fe.rules.specialAreas;
  const pages = areas.reduce((sum, area) => sum + area.pages, 0);
  if (pages === 0) return 0;
  let start = getUnmappedArea(mm, 0, pages * PAGE_SIZE, 0);
  if (start < 0) return start;
  for (const area of areas) {
    if (!(yield* installSpecialMapping(fe, mm, start, area))) return -Errno.ENOMEM;
    start += area.pages * PAGE_SIZE;
  }
  return 0;
}

/** @returns false when memory is short @kernel _install_special_mapping in mm/mmap.c */
function* installSpecialMapping(
  fe: ForkEnv,
  mm: MmStruct,
  start: number,
  { name, pages, flags }: SpecialArea,
): KernelThread<boolean> {
  if (!(yield* allocVma(fe.mm))) return false;
  const end = start + pages * PAGE_SIZE;
  const all = flags + fe.mm.rules.softDirty;
  const vma = createVma(mm, { start, end, flags: all, pgoff: 0 });
  vma.ops = specialMappingOps(name);
  yield* linkVma(fe.mm, vma);
  yield* addTotalVm(fe.sync, mm, pages);
  yield* vmStatAccount(fe.mm, mm, flags, false, pages);
  return true;
}

const specialMappingOps = (name: string): VmOps => ({
  name,
  *fault(env) {
    yield* stopAt(env.sync, env.ptePoint);
    return { pfn: NO_PFN, code: VmFault.SIGBUS };
  },
});

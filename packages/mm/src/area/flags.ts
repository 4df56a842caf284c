/**
 * The flag word of an area: what mmap and mprotect make of their arguments, and what page
 * protection follows from it (SPEC §2.6, §5.1, §5.2).
 */
import { hasVmFlag, MapFlag, Prot, VmFlag, withVmFlag } from "@forkpath/abi";
import { vmPageProtHigh, vmPageProtLow } from "@forkpath/page-table";
import type { Vma } from "../types.ts";

/** Areas that are left alone: neither merged nor locked. @kernel VM_SPECIAL */
export const VM_SPECIAL: number = VmFlag.IO | VmFlag.DONTEXPAND | VmFlag.RESERVED | VmFlag.PFNMAP;
/** Areas that others may share. */
export const VM_SHAREABLE: number = VmFlag.SHARED | VmFlag.MAYSHARE;
/** Areas that never have huge pages. @kernel VM_NO_THP in mm/huge_memory.c */
export const VM_NO_THP: number = VM_SPECIAL | VM_SHAREABLE | VmFlag.INSERTPAGE | VmFlag.MIXEDMAP;
/** The three permissions, and one shift to the left by four their MAY twins. */
export const VM_ACCESS_FLAGS: number = VmFlag.READ | VmFlag.WRITE | VmFlag.EXEC;
const VM_MAY_ACCESS: number = VmFlag.MAYREAD | VmFlag.MAYWRITE | VmFlag.MAYEXEC;
/** What the heap gets. @kernel VM_DATA_DEFAULT_FLAGS in arch/x86/include/asm/page_types.h */
export const VM_DATA_DEFAULT_FLAGS: number = VmFlag.READ | VmFlag.WRITE | VM_MAY_ACCESS;

/** @kernel calc_vm_prot_bits in include/linux/mman.h */
const calcVmProtBits = (prot: number): number => prot & (Prot.READ | Prot.WRITE | Prot.EXEC);

/** @kernel calc_vm_flag_bits in include/linux/mman.h */
const calcVmFlagBits = (flags: number): number =>
  (flags & (MapFlag.GROWSDOWN | MapFlag.DENYWRITE | MapFlag.EXECUTABLE | MapFlag.LOCKED)) >>> 0;

/**
 * The flags of a new area before its file or its sharing has a say: `defFlags` are the mm's.
 * @kernel do_mmap_pgoff in mm/mmap.c
 */
export const initialVmFlags = (prot: number, mapFlags: number, defFlags: number): number =>
  (calcVmProtBits(prot) | calcVmFlagBits(mapFlags) | defFlags | VM_MAY_ACCESS) >>> 0;

/**
 * `flags` with the permissions replaced by those of `prot`. Subtracts: the word has 33 bits.
 * @kernel sys_mprotect in mm/mprotect.c
 */
export const withProtection = (flags: number, prot: number): number =>
  flags - (flags & VM_ACCESS_FLAGS) + calcVmProtBits(prot);

/**
 * True when each permission that `flags` give is one that the area may have.
 * @kernel sys_mprotect in mm/mprotect.c
 */
export const isProtectionAllowed = (flags: number): boolean =>
  (flags & ~(flags >> 4) & VM_ACCESS_FLAGS) === 0;

/**
 * Private and writable without MAP_NORESERVE: memory that has to be promised (SPEC §5.12/1).
 * @kernel accountable_mapping in mm/mmap.c
 */
export const isAccountableMapping = (flags: number): boolean =>
  (flags & (VmFlag.HUGETLB | VmFlag.NORESERVE | VmFlag.SHARED | VmFlag.WRITE)) === VmFlag.WRITE;

/**
 * Must the first write to each page fault, so that the file hears of it? (SPEC §2.6/3)
 * @kernel vma_wants_writenotify in mm/mmap.c
 */
function vmaWantsWritenotify(vma: Vma): boolean {
  const { flags } = vma;
  const sharedWrite = VmFlag.WRITE | VmFlag.SHARED;
  if ((flags & sharedWrite) !== sharedWrite) return false;
  if (vma.ops?.pageMkwrite) return true;
  const isDefaultProt =
    vma.pageProtLow === vmPageProtLow(flags) && vma.pageProtHigh === vmPageProtHigh(flags);
  if (!isDefaultProt) return false;
  if (flags & (VmFlag.PFNMAP | VmFlag.INSERTPAGE)) return false;
  return vma.file?.accountsDirty ?? false;
}

/**
 * Takes RW out of the protection of an area that wants to be told of writes.
 * @kernel the vma_wants_writenotify step of mmap_region and mprotect_fixup
 */
export function protectForWritenotify(vma: Vma): void {
  if (!vmaWantsWritenotify(vma)) return;
  const unshared = vma.flags - VmFlag.SHARED;
  vma.pageProtLow = vmPageProtLow(unshared);
  vma.pageProtHigh = vmPageProtHigh(unshared);
}

/**
 * `flags`, and of `other` that there may be guards: that stays with an area for good.
 * @kernel VM_STICKY in include/linux/mm.h
 */
export const withGuardsOf = (flags: number, other: number): number =>
  hasVmFlag(other, VmFlag.MAYBE_GUARD) ? withVmFlag(flags, VmFlag.MAYBE_GUARD) : flags;

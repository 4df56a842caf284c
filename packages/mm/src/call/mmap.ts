/**
 * mmap: what is asked for, what may be had, and where (SPEC §5.1, §5.2, §5.12).
 *
 * This half answers the questions: address, flags, limits, the file's mode. The area is made by
 * mmapRegion, once nothing but memory can be missing.
 */
import { Errno, expectInteger, MapFlag, PAGE_SIZE, Prot, pageAlignUp, VmFlag } from "@forkpath/abi";
import { type KernelThread, writing } from "@forkpath/sync";
import { initialVmFlags } from "../area/flags.ts";
import { findVmaIntersection } from "../area/list.ts";
import { getUnmappedArea } from "../area/unmapped-area.ts";
import { canDoMlock, mayHaveAreas, mayLock, NO_LIMITS } from "../machine/limits.ts";
import { refuseAddresses } from "../machine/refuse.ts";
import type { MappedFile, MmEnv, MmLimits, MmStruct } from "../types.ts";
import { deniesWriteExec } from "./mdwe.ts";
import { mmapRegion } from "./mmap-region.ts";

/** An open file, as the descriptor given to mmap names it. */
export interface OpenFile {
  /** The file. */
  readonly file: MappedFile;
  /** Opened for reading; without it nothing can be mapped. */
  readonly isReadable: boolean;
  /** Opened for writing; without it a shared mapping stays read-only. */
  readonly isWritable: boolean;
}

/** Arguments of mmap(2). */
export interface MmapRequest {
  /** Bytes: wanted, or with MapFlag.FIXED demanded; 0 for anywhere. */
  readonly addr?: number;
  /** Bytes, rounded up to pages. */
  readonly len: number;
  /** Prot bits. */
  readonly prot: number;
  /** MapFlag bits. */
  readonly flags: number;
  /** What to map, unless MapFlag.ANONYMOUS. */
  readonly open?: OpenFile;
  /** Where in the file, in pages. */
  readonly pgoff?: number;
}

/** Pages of the largest file offset. */
const PGOFF_MAX = 2 ** 52;
/** What only the kernel itself may ask for, when it loads a program. */
const LOADER_ONLY = MapFlag.DENYWRITE | MapFlag.EXECUTABLE;
const MAP_TYPE = MapFlag.SHARED | MapFlag.PRIVATE;

/**
 * @returns the address in bytes, or a negative errno
 * @throws RangeError or TypeError unless the numbers of the request are non-negative integers
 * @kernel sys_mmap in arch/x86/kernel/sys_x86_64.c
 * @example
 * ```ts
 * import { MapFlag, Prot } from "@forkpath/abi";
 * import { createMmEnv, mmAlloc, sysMmap } from "@forkpath/mm";
 * import { runToCompletion as run } from "@forkpath/sync";
 * const env = createMmEnv({ memoryPages: 1024 });
 * const mm = run(mmAlloc(env, null))!;
 * const flags = MapFlag.PRIVATE | MapFlag.ANONYMOUS;
 * const addr = run(sysMmap(env, mm, { len: 16384, prot: Prot.READ | Prot.WRITE, flags }));
 * console.log(addr > 0, mm.usage.totalVm); // true 4
 * ```
 */
export function* sysMmap(
  env: MmEnv,
  mm: MmStruct,
  request: MmapRequest,
  limits: MmLimits = NO_LIMITS,
): KernelThread<number> {
  expectRequest("sysMmap", request);
  const isAnonymous = (request.flags & MapFlag.ANONYMOUS) !== 0;
  if (!isAnonymous && request.open === undefined) return -Errno.EBADF;
  const flags = knownFlags(env, request.flags);
  const asked = { ...request, flags };
  return yield* writing(env.sync, mm.mmapSem, "sys_mmap", doMmap(env, mm, asked, limits));
}

/** What a program may ask of this kernel; FIXED_NOREPLACE implies FIXED. @returns MapFlag bits */
function knownFlags({ rules }: MmEnv, flags: number): number {
  const unknown = MapFlag.FIXED_NOREPLACE & ~rules.laterMapFlags;
  const known = flags & ~LOADER_ONLY & ~unknown;
  return (known & MapFlag.FIXED_NOREPLACE ? known | MapFlag.FIXED : known) >>> 0;
}

/**
 * Requires mmap_sem held for writing. Without an open file, the memory is anonymous.
 * @returns the address in bytes; -EINVAL, -ENOMEM, -EOVERFLOW, -EPERM, -EAGAIN, -EACCES, -ETXTBSY,
 *   -EEXIST for FIXED_NOREPLACE where something is,
 *   or what the file's driver answered. After -ENOMEM what was mapped there may be gone.
 * @throws RangeError or TypeError unless the numbers of the request are non-negative integers
 * @kernel do_mmap_pgoff in mm/mmap.c
 * @deviates Knows no hugetlb, no mandatory locks, no noexec mounts, no append-only files.
 */
export function* doMmap(
  env: MmEnv,
  mm: MmStruct,
  request: MmapRequest,
  limits: MmLimits = NO_LIMITS,
): KernelThread<number> {
  expectRequest("doMmap", request);
  const { addr = 0, prot, pgoff = 0 } = request;
  const open = request.flags & MapFlag.ANONYMOUS ? undefined : request.open;
  if (request.len === 0) return -Errno.EINVAL;
  const len: number = pageAlignUp(request.len);
  if (pgoff + len / PAGE_SIZE > PGOFF_MAX) return -Errno.EOVERFLOW;
  if (!mayHaveAreas(env, mm, 0)) return -Errno.ENOMEM;
  const start = getUnmappedArea(mm, addr, len, request.flags);
  if (start === -Errno.ENOMEM) return refuseAddresses(env, len);
  if (start < 0) return start;
  const isTaken = findVmaIntersection(mm, start, start + len) !== undefined;
  if (request.flags & MapFlag.FIXED_NOREPLACE && isTaken) return -Errno.EEXIST;
  const common = initialVmFlags(prot, request.flags, mm.defFlags);
  if (request.flags & MapFlag.LOCKED && !canDoMlock(env.sync, limits)) return -Errno.EPERM;
  if (common & VmFlag.LOCKED && !mayLock(env.sync, mm, len / PAGE_SIZE, limits))
    return -Errno.EAGAIN;
  const flags = withSharing(common, request, open);
  if (flags < 0) return flags;
  if (deniesWriteExec(mm, flags, flags)) return -Errno.EACCES;
  const isShared = (request.flags & MAP_TYPE) === MapFlag.SHARED;
  const anonPgoff = isShared ? 0 : start / PAGE_SIZE;
  return yield* mmapRegion(env, mm, limits, {
    start,
    end: start + len,
    flags,
    mapFlags: request.flags,
    file: open?.file ?? null,
    pgoff: open === undefined ? anonPgoff : pgoff,
  });
}

/**
 * `flags` with what sharing and the mode of the open file add and take.
 * @returns VmFlag bits, or -EINVAL or -EACCES
 */
function withSharing(
  flags: number,
  { flags: mapFlags, prot }: MmapRequest,
  open: OpenFile | undefined,
): number {
  const type = mapFlags & MAP_TYPE;
  if (type !== MapFlag.SHARED && type !== MapFlag.PRIVATE) return -Errno.EINVAL;
  if (open !== undefined && !open.isReadable) return -Errno.EACCES;
  if (type === MapFlag.PRIVATE) return flags;
  const shared = flags + VmFlag.SHARED + VmFlag.MAYSHARE;
  if (open === undefined || open.isWritable) return shared;
  // A reader's shared mapping: neither SHARED nor ever writable (SPEC §5.2).
  return prot & Prot.WRITE ? -Errno.EACCES : shared - VmFlag.SHARED - VmFlag.MAYWRITE;
}

function expectRequest(where: string, request: MmapRequest): void {
  expectInteger(where, "addr", request.addr ?? 0, 0, 2 ** 52);
  expectInteger(where, "len", request.len, 0, 2 ** 52);
  expectInteger(where, "prot", request.prot, 0, 2 ** 32 - 1);
  expectInteger(where, "flags", request.flags, 0, 2 ** 32 - 1);
  expectInteger(where, "pgoff", request.pgoff ?? 0, 0, PGOFF_MAX);
}

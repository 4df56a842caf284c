/**
 * The system calls of mm/mmap.c, mm/swapfile.c and their neighbours, each for the task that makes
 * it.
 *
 * Addresses and lengths are bytes. Each answers what Linux would: 0, an address, or a negative
 * errno.
 */
import { MapFlag, Prot } from "@forkpath/abi";
import { mmLimitsOf } from "@forkpath/fork/internal";
import {
  type Mdwe,
  type MmapRequest,
  type MmLimits,
  type MmStruct,
  type MremapRequest,
  type RemapFilePagesRequest,
  SWAPOFF_PATIENCE,
  sysBrk,
  sysMadvise,
  sysMlock,
  sysMlock2,
  sysMlockall,
  sysMmap,
  sysMprotect,
  sysMremap,
  sysMunlock,
  sysMunlockall,
  sysMunmap,
  sysPrctlMdwe,
  sysPrctlThp,
  sysRemapFilePages,
  sysSwapoff,
} from "@forkpath/mm";
import type { KernelThread } from "@forkpath/sync";
import { liveMm, liveTask, type Machine } from "./machine.ts";

/** What to map. Unless told: private, readable and writable, and anonymous without an open file. */
export type MmapOptions = Partial<MmapRequest> & Pick<MmapRequest, "len">;

/** Calls about memory: each is a thread to step through. */
export interface MemoryCalls {
  /**
   * mmap(2). @returns the address, or a negative errno
   * @example
   * ```ts
   * import { Prot } from "@forkpath/abi";
   * import { createKernel } from "@forkpath/kernel";
   * const kernel = createKernel({ memoryPages: 1024 });
   * const pid = kernel.createProcess();
   * kernel.mmap(pid, { len: 4 * 4096, prot: Prot.READ });
   * console.log(kernel.process(pid).memory?.vmas.length); // 1
   * ```
   */
  mmap(pid: number, options: MmapOptions): KernelThread<number>;
  /** munmap(2). */
  munmap(pid: number, addr: number, len: number): KernelThread<number>;
  /**
   * mprotect(2).
   * @param prot Prot bits
   */
  mprotect(pid: number, addr: number, len: number, prot: number): KernelThread<number>;
  /**
   * madvise(2).
   * @param advice one of Madvise
   */
  madvise(pid: number, addr: number, len: number, advice: number): KernelThread<number>;
  /** brk(2). @returns where the heap ends now, which is not `addr` if that could not be had */
  brk(pid: number, addr: number): KernelThread<number>;
  /** mlock(2): every page with a byte of the range. */
  mlock(pid: number, addr: number, len: number): KernelThread<number>;
  /**
   * mlock2(2).
   * @param flags Mlock bits
   */
  mlock2(pid: number, addr: number, len: number, flags: number): KernelThread<number>;
  /** munlock(2): every page with a byte of the range. */
  munlock(pid: number, addr: number, len: number): KernelThread<number>;
  /** Turns huge pages off for all memory of the process, or on again. @returns 0 or -EINVAL */
  prctlThp(pid: number, how: "on" | "off" | "unless advised"): KernelThread<number>;
  /**
   * From now on no memory of the process becomes executable, and none is writable besides.
   * @param how whether children and a new program take it over
   */
  prctlMdwe(pid: number, how: Mdwe): KernelThread<number>;
  /**
   * mlockall(2).
   * @param flags Mcl bits
   */
  mlockall(pid: number, flags: number): KernelThread<number>;
  /** munlockall(2). */
  munlockall(pid: number): KernelThread<number>;
  /** mremap(2). @returns the address, or a negative errno */
  mremap(pid: number, request: MremapRequest): KernelThread<number>;
  /** Shuffles which pages of its file a shared mapping shows. */
  remapFilePages(pid: number, request: RemapFilePagesRequest): KernelThread<number>;
  /** Brings every page of swap area `type` back; -EINTR where Linux would search for ever (D7). */
  swapoff(pid: number, type: number): KernelThread<number>;
}

/** @modelOnly the part of the system call table that is about memory */
export function memoryCalls(machine: Machine): MemoryCalls {
  const { mm: env } = machine;
  const of = (where: string, pid: number): [MmStruct, MmLimits] => [
    liveMm(machine, where, pid),
    mmLimitsOf(liveTask(machine, where, pid)),
  ];
  return {
    mmap(pid, options) {
      const [mm, limits] = of("mmap", pid);
      return sysMmap(env, mm, withDefaults(options), limits);
    },
    munmap: (pid, addr, len) => sysMunmap(env, liveMm(machine, "munmap", pid), addr, len),
    mprotect(pid, addr, len, prot) {
      const [mm, limits] = of("mprotect", pid);
      return sysMprotect(env, mm, addr, len, prot, limits);
    },
    madvise(pid, addr, len, advice) {
      const [mm, limits] = of("madvise", pid);
      return sysMadvise(env, mm, addr, len, advice, limits);
    },
    brk(pid, addr) {
      const [mm, limits] = of("brk", pid);
      return sysBrk(env, mm, addr, limits);
    },
    mlock(pid, addr, len) {
      const [mm, limits] = of("mlock", pid);
      return sysMlock(env, mm, addr, len, limits);
    },
    mlock2(pid, addr, len, flags) {
      const [mm, limits] = of("mlock2", pid);
      return sysMlock2(env, mm, addr, len, flags, limits);
    },
    prctlMdwe: (pid, how) => sysPrctlMdwe(env, liveMm(machine, "prctlMdwe", pid), how),
    prctlThp: (pid, how) => sysPrctlThp(env, liveMm(machine, "prctlThp", pid), how),
    munlock: (pid, addr, len) => sysMunlock(env, liveMm(machine, "munlock", pid), addr, len),
    mlockall(pid, flags) {
      const [mm, limits] = of("mlockall", pid);
      return sysMlockall(env, mm, flags, limits);
    },
    munlockall: (pid) => sysMunlockall(env, liveMm(machine, "munlockall", pid)),
    mremap(pid, request) {
      const [mm, limits] = of("mremap", pid);
      return sysMremap(env, mm, request, limits);
    },
    remapFilePages(pid, request) {
      const [mm, limits] = of("remapFilePages", pid);
      return sysRemapFilePages(env, mm, request, limits);
    },
    swapoff(pid, type) {
      const task = liveTask(machine, "swapoff", pid);
      return sysSwapoff(env, liveMm(machine, "swapoff", pid), type, {
        isAdmin: mmLimitsOf(task).isAdmin,
        signalPending: (turns) => task.hasPendingSignal || turns >= SWAPOFF_PATIENCE,
      });
    },
  };
}

function withDefaults(options: MmapOptions): MmapRequest {
  const flags = MapFlag.PRIVATE | (options.open === undefined ? MapFlag.ANONYMOUS : 0);
  return { prot: Prot.READ | Prot.WRITE, flags, ...options };
}

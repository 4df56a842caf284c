/**
 * What has become of the defects D1 to D45 in 6.18, as L27 of its specification tells.
 *
 *    gone         a scenario that shows it finds nothing
 *    still        it is there
 *    otherwise    something of it is left, or it shows in another way
 */
export interface DefectFate {
  /** D1 to D45. */
  readonly id: string;
  /** What became of it. */
  readonly status: FateStatus;
  /** Why, in a line. */
  readonly reason: string;
}

/** See the head of this file. */
export type FateStatus = "gone" | "still" | "otherwise";

/** The release that the table speaks of. */
export const FATES_OF = "v6.18";

/** Why, by the number of the defect. */
const FATES: Readonly<Record<FateStatus, Readonly<Record<number, string>>>> = {
  gone: {
    1: "per-cpu counters, no configuration split",
    2: "same; collapse still adds without PTL but safely",
    3: "fork +1, zap −1, completion 0 (3.4)",
    4: "hwpoison entries are 0 everywhere",
    5: "hugetlb has its own counter",
    6: "remap_file_pages is emulated with mmap (4.0)",
    7: "mmlist insert only for real swap entries",
    8: "peak sampled in exec after the argument charge was withdrawn; a concurrent hiwater push can still record it",
    11: "signals tested first; only fatal ones late (−EINTR). 1 GiB fork under a 0.5 ms timer succeeds",
    13: "AnonExclusive + early copy; residual: N1",
    14: "forced access to an exclusive RO pmd/pte is allowed without looping",
    15: "entry cleared, loop driven by return code",
    17: "heuristic mode compares only with total RAM + swap; strict mode is signed",
    18: "no reserved_vm; VmLib clamped (part 2)",
    21: "huge zero folio (3.8)",
    22: "L11/1",
    24: "fallback copies removed",
    25: "no nonlinear PTEs",
    26: "check_mm (L21/5)",
    27: "no swap token",
    28: "same early exit, harmless by design, tree destroyed",
    32: "no executable-vma count; exe_file is a plain reference",
    34: "forced writes to shared read-only mappings refused",
    35: "−EAGAIN",
    36: "totals copied under both locks",
    40: "no guard page in the fault path",
    42: "stack expansion takes the mmap write lock (6.5)",
    43: "no nonlinear vmas",
    44: "mlock keeps flags in a word of their own type, as wide as the area's",
    45: "an anon_vma counts its children and its users apart (6.0)",
  },
  still: {
    9: "vfork child shares the mm: wait4 maxrss 67184 kB for _exit and for exec",
    10: "fork+exec of a tiny program reports 66048 kB",
    12: "one flush at the end; see also L6/1",
    23: "count 0 with cache bit still wraps; reachable only through D39",
    30: "argument charge on the old mm; without the +1 guard page",
    31: "L7/4, L13/4",
    39: "inner −EINVAL/−ENOENT swallowed; unknown device warns",
    41: "every dup_mmap error ⇒ −ENOMEM, −EINTR included",
  },
  otherwise: {
    16: "a, b, d still (unlocked, three reads instead of two) and now on approximate values; c smaller; e unchanged",
    19: "VmSwap = smaps Swap for private memory; shmem swap only in smaps",
    20: "no split on read; format in part 2",
    29: "exec still releases the vfork parent first, then may fail, but only with a fatal signal pending",
    33: "shmem in H; vdso code pages still in F; vvar none",
    37: "open called before link and copy",
    38: "NPROC exact upper bound; max_threads still racy",
  },
};

/** All of them, in order. */
export const listFates = (): readonly DefectFate[] =>
  (["gone", "still", "otherwise"] as const)
    .flatMap((status) =>
      Object.entries(FATES[status]).map(([number, reason]) => ({ number, status, reason })),
    )
    .sort((one, other) => Number(one.number) - Number(other.number))
    .map(({ number, status, reason }) => ({ id: `D${number}`, status, reason }));

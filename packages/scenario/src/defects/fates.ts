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

const ROWS: readonly (readonly [number: number, status: FateStatus, reason: string])[] = [
  [1, "gone", "per-cpu counters, no configuration split"],
  [2, "gone", "same; collapse still adds without PTL but safely"],
  [3, "gone", "fork +1, zap −1, completion 0 (3.4)"],
  [4, "gone", "hwpoison entries are 0 everywhere"],
  [5, "gone", "hugetlb has its own counter"],
  [6, "gone", "remap_file_pages is emulated with mmap (4.0)"],
  [7, "gone", "mmlist insert only for real swap entries"],
  [
    8,
    "gone",
    "peak sampled in exec after the argument charge was withdrawn; a concurrent hiwater push can still record it",
  ],
  [9, "still", "vfork child shares the mm: wait4 maxrss 67184 kB for _exit and for exec"],
  [10, "still", "fork+exec of a tiny program reports 66048 kB"],
  [
    11,
    "gone",
    "signals tested first; only fatal ones late (−EINTR). 1 GiB fork under a 0.5 ms timer succeeds",
  ],
  [12, "still", "one flush at the end; see also L6/1"],
  [13, "gone", "AnonExclusive + early copy; residual: N1"],
  [14, "gone", "forced access to an exclusive RO pmd/pte is allowed without looping"],
  [15, "gone", "entry cleared, loop driven by return code"],
  [
    16,
    "otherwise",
    "a, b, d still (unlocked, three reads instead of two) and now on approximate values; c smaller; e unchanged",
  ],
  [17, "gone", "heuristic mode compares only with total RAM + swap; strict mode is signed"],
  [18, "gone", "no reserved_vm; VmLib clamped (part 2)"],
  [19, "otherwise", "VmSwap = smaps Swap for private memory; shmem swap only in smaps"],
  [20, "otherwise", "no split on read; format in part 2"],
  [21, "gone", "huge zero folio (3.8)"],
  [22, "gone", "L11/1"],
  [23, "still", "count 0 with cache bit still wraps; reachable only through D39"],
  [24, "gone", "fallback copies removed"],
  [25, "gone", "no nonlinear PTEs"],
  [26, "gone", "check_mm (L21/5)"],
  [27, "gone", "no swap token"],
  [28, "gone", "same early exit, harmless by design, tree destroyed"],
  [
    29,
    "otherwise",
    "exec still releases the vfork parent first, then may fail, but only with a fatal signal pending",
  ],
  [30, "still", "argument charge on the old mm; without the +1 guard page"],
  [31, "still", "L7/4, L13/4"],
  [32, "gone", "no executable-vma count; exe_file is a plain reference"],
  [33, "otherwise", "shmem in H; vdso code pages still in F; vvar none"],
  [34, "gone", "forced writes to shared read-only mappings refused"],
  [35, "gone", "−EAGAIN"],
  [36, "gone", "totals copied under both locks"],
  [37, "otherwise", "open called before link and copy"],
  [38, "otherwise", "NPROC exact upper bound; max_threads still racy"],
  [39, "still", "inner −EINVAL/−ENOENT swallowed; unknown device warns"],
  [40, "gone", "no guard page in the fault path"],
  [41, "still", "every dup_mmap error ⇒ −ENOMEM, −EINTR included"],
  [42, "gone", "stack expansion takes the mmap write lock (6.5)"],
  [43, "gone", "no nonlinear vmas"],
  [44, "gone", "mlock keeps flags in a word of their own type, as wide as the area's"],
  [45, "gone", "an anon_vma counts its children and its users apart (6.0)"],
];

/** All of them, in order. */
export const listFates = (): readonly DefectFate[] =>
  ROWS.map(([number, status, reason]) => ({ id: `D${number}`, status, reason }));

/** Rights and flags of an area, as maps and smaps of 6.x write them (M11.1). */
import { hasVmFlag, VmFlag } from "@forkpath/abi";

/** In the order of 6.18's bits. */
const CODES: readonly (readonly [flag: number, code: string])[] = [
  [VmFlag.READ, "rd"],
  [VmFlag.WRITE, "wr"],
  [VmFlag.EXEC, "ex"],
  [VmFlag.SHARED, "sh"],
  [VmFlag.MAYREAD, "mr"],
  [VmFlag.MAYWRITE, "mw"],
  [VmFlag.MAYEXEC, "me"],
  [VmFlag.MAYSHARE, "ms"],
  [VmFlag.GROWSDOWN, "gd"],
  [VmFlag.PFNMAP, "pf"],
  [VmFlag.MAYBE_GUARD, "gu"],
  [VmFlag.LOCKED, "lo"],
  [VmFlag.IO, "io"],
  [VmFlag.SEQ_READ, "sr"],
  [VmFlag.RAND_READ, "rr"],
  [VmFlag.DONTCOPY, "dc"],
  [VmFlag.DONTEXPAND, "de"],
  [VmFlag.LOCKONFAULT, "lf"],
  [VmFlag.ACCOUNT, "ac"],
  [VmFlag.NORESERVE, "nr"],
  [VmFlag.HUGETLB, "ht"],
  [VmFlag.WIPEONFORK, "wf"],
  [VmFlag.NODUMP, "dd"],
  [VmFlag.MIXEDMAP, "mm"],
  [VmFlag.HUGEPAGE, "hg"],
  [VmFlag.NOHUGEPAGE, "nh"],
  [VmFlag.MERGEABLE, "mg"],
];

/** `rd wr mr mw me ac`. */
export const flagCodes = (flags: number): string =>
  CODES.filter(([flag]) => hasVmFlag(flags, flag))
    .map(([, code]) => code)
    .join(" ");

/** `rw-p`. */
export const permsText = (flags: number): string =>
  [
    flags & VmFlag.READ ? "r" : "-",
    flags & VmFlag.WRITE ? "w" : "-",
    flags & VmFlag.EXEC ? "x" : "-",
    flags & VmFlag.MAYSHARE ? "s" : "p",
  ].join("");

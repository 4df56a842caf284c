/**
 * The two letters of each flag in smaps' line VmFlags, in the order of the kernel's bits (M11.1).
 *
 *    el6      no such line
 *    v3.10    dw and nl among them
 *    v4.4     no nl
 *    v5.4     wf
 *    v6.1     no dw; a flag without letters is ??, as LOCKONFAULT
 *    v6.12    lf
 */
import { hasVmFlag, type Rule, VmFlag, type VmFlagName } from "@forkpath/abi";
import type { ProcRules } from "./types.ts";

/** A flag's letters. */
type Code = readonly [flag: VmFlagName, letters: string];

/** In the order of 6.18's bits; the older flags that went stand where their bits were. */
const ALL: readonly Code[] = [
  ["READ", "rd"],
  ["WRITE", "wr"],
  ["EXEC", "ex"],
  ["SHARED", "sh"],
  ["MAYREAD", "mr"],
  ["MAYWRITE", "mw"],
  ["MAYEXEC", "me"],
  ["MAYSHARE", "ms"],
  ["GROWSDOWN", "gd"],
  ["PFNMAP", "pf"],
  ["DENYWRITE", "dw"],
  ["MAYBE_GUARD", "gu"],
  ["LOCKED", "lo"],
  ["IO", "io"],
  ["SEQ_READ", "sr"],
  ["RAND_READ", "rr"],
  ["DONTCOPY", "dc"],
  ["DONTEXPAND", "de"],
  ["LOCKONFAULT", "lf"],
  ["ACCOUNT", "ac"],
  ["NORESERVE", "nr"],
  ["HUGETLB", "ht"],
  ["NONLINEAR", "nl"],
  ["WIPEONFORK", "wf"],
  ["NODUMP", "dd"],
  ["SOFTDIRTY", "sd"],
  ["MIXEDMAP", "mm"],
  ["HUGEPAGE", "hg"],
  ["NOHUGEPAGE", "nh"],
  ["MERGEABLE", "mg"],
];

const without = (...gone: readonly VmFlagName[]): readonly Code[] =>
  ALL.filter(([flag]) => !gone.includes(flag));
/** LOCKONFAULT has a bit, and no letters yet. */
const unnamed = (codes: readonly Code[]): readonly Code[] =>
  codes.map(([flag, letters]) => [flag, letters === "lf" ? "??" : letters]);

const V3_10 = unnamed(without("MAYBE_GUARD", "WIPEONFORK"));
const V4_4 = unnamed(without("MAYBE_GUARD", "WIPEONFORK", "NONLINEAR"));
const V5_4 = unnamed(without("MAYBE_GUARD", "NONLINEAR"));
const V6_1 = unnamed(without("MAYBE_GUARD", "NONLINEAR", "DENYWRITE"));
const V6_12 = without("MAYBE_GUARD", "NONLINEAR", "DENYWRITE");
const V6_18 = without("NONLINEAR", "DENYWRITE");

export const vmFlagCodes: Rule<ProcRules["vmFlagCodes"]> = {
  decides: "which flags smaps shows by which letters",
  answers: [
    { since: "el6", does: "none", by: [], source: "SPEC §10.5" },
    { since: "v3.10", does: "those of 3.10", by: V3_10, source: "M11.2" },
    { since: "v4.4", does: "no nl", by: V4_4, source: "M11.2" },
    { since: "v5.4", does: "wf", by: V5_4, source: "M11.2" },
    { since: "v6.1", does: "no dw", by: V6_1, source: "M11.2, recorded: l03" },
    { since: "v6.12", does: "lf", by: V6_12, source: "M11.2" },
    { since: "v6.18", does: "gu", by: V6_18, source: "M11/2" },
  ],
};

/**
 * `rd wr mr mw me ac`: what stands behind VmFlags.
 * @kernel show_smap_vma_flags in fs/proc/task_mmu.c
 */
export const vmFlagsText = ({ vmFlagCodes: codes }: ProcRules, flags: number): string =>
  codes
    .filter(([flag]) => hasVmFlag(flags, VmFlag[flag]))
    .map(([, letters]) => letters)
    .join(" ");

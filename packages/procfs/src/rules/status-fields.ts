/**
 * The lines of /proc/PID/status (SPEC §10.1, M8.1, M26.3).
 *
 *    since    more                                                   less
 *    el6
 *    v3.10    VmPin, Seccomp
 *    rhel7    Umask, Ngid, Rss*, CapAmb, NoNewPrivs, Speculation_*
 *    v4.4     VmPMD, HugetlbPages, Ngid, NS*, CapAmb                 what rhel7 took from later
 *    v4.14    Umask, Rss*, NoNewPrivs, Speculation_Store_Bypass
 *    rhel8    CoreDumping, THP_enabled                               VmPMD
 *    v5.10    Seccomp_filters
 *    v5.14    SpeculationIndirectBranch
 *    v6.12    Kthread, untag_mask
 *
 * 4.14 has no row of its own in M26.3: its lines are those of M18/3 and of what 4.5 to 4.10
 * brought.
 */
import type { Rule } from "@forkpath/abi";
import { MEMORY_LINES } from "../line-names.ts";
import type { Layouts } from "./types.ts";

/** Every line that there was, in the order of all releases. */
const ALL = [
  "Name",
  "Umask",
  "State",
  "Tgid",
  "Ngid",
  "Pid",
  "PPid",
  "TracerPid",
  "Uid",
  "Gid",
  "FDSize",
  "Groups",
  "NStgid",
  "NSpid",
  "NSpgid",
  "NSsid",
  "Kthread",
  ...MEMORY_LINES,
  "CoreDumping",
  "THP_enabled",
  "untag_mask",
  "Threads",
  "SigQ",
  "SigPnd",
  "ShdPnd",
  "SigBlk",
  "SigIgn",
  "SigCgt",
  "CapInh",
  "CapPrm",
  "CapEff",
  "CapBnd",
  "CapAmb",
  "NoNewPrivs",
  "Seccomp",
  "Seccomp_filters",
  "Speculation_Store_Bypass",
  "SpeculationIndirectBranch",
  "Cpus_allowed",
  "Cpus_allowed_list",
  "Mems_allowed",
  "Mems_allowed_list",
  "voluntary_ctxt_switches",
  "nonvoluntary_ctxt_switches",
] as const;
type Field = (typeof ALL)[number];

const without = (fields: readonly Field[], ...gone: readonly Field[]): readonly Field[] =>
  fields.filter((field) => !gone.includes(field));

const V6_12 = without(ALL, "VmPMD");
const V5_14 = without(V6_12, "Kthread", "untag_mask");
const V5_10 = without(V5_14, "SpeculationIndirectBranch");
const RHEL8 = without(V5_10, "Seccomp_filters");
const V4_14 = without(
  ALL,
  ...(["Kthread", "untag_mask", "SpeculationIndirectBranch", "Seccomp_filters"] as const),
  ...(["CoreDumping", "THP_enabled"] as const),
);
const RSS = ["RssAnon", "RssFile", "RssShmem"] as const;
const V4_4 = without(V4_14, "Umask", ...RSS, "NoNewPrivs", "Speculation_Store_Bypass");
const NAMESPACES = ["NStgid", "NSpid", "NSpgid", "NSsid"] as const;
const RHEL7 = without(V4_14, ...NAMESPACES, "VmPMD", "HugetlbPages");
const V3_10 = without(V4_4, ...NAMESPACES, "VmPMD", "HugetlbPages", "Ngid", "CapAmb");
const EL6 = without(V3_10, "VmPin", "Seccomp");

export const statusFields: Rule<Layouts["statusFields"]> = {
  decides: "which lines status has",
  answers: [
    { since: "el6", does: "27 lines", by: EL6, source: "SPEC §10.1" },
    { since: "v3.10", does: "VmPin, Seccomp", by: V3_10, source: "M26.3" },
    { since: "rhel7", does: "Rss*, Umask, CapAmb", by: RHEL7, source: "M26.3" },
    { since: "v4.4", does: "VmPMD, HugetlbPages, NS*; no Rss*", by: V4_4, source: "M26.3" },
    { since: "v4.14", does: "Rss*, Umask", by: V4_14, source: "M18/3", first: "4.5" },
    { since: "rhel8", does: "CoreDumping, THP_enabled; no VmPMD", by: RHEL8, source: "M26.3" },
    { since: "v5.10", does: "Seccomp_filters", by: V5_10, source: "M26.3" },
    { since: "v5.14", does: "SpeculationIndirectBranch", by: V5_14, source: "M26.3" },
    { since: "v6.12", does: "Kthread, untag_mask", by: V6_12, source: "M26.3, M8.1" },
  ],
  read: ["v3.10", "rhel7", "v4.4", "rhel8", "v5.4", "v5.10", "v5.14", "v6.12"],
};

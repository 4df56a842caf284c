/**
 * What a new address space takes over from that of the task that makes it, by fork or exec, and how
 * a task turns huge pages off (SPEC §5.4, L3.1, M20/5).
 *
 *    since    flags                         default flags of areas    prctl turns huge pages off
 *    el6      dumpable, dump filter         none                      never
 *    v4.4     dumpable, dump filter         NOHUGEPAGE                in new areas
 *    v5.4     those, DISABLE_THP            NOHUGEPAGE                in all areas
 *    v6.12    those, MDWE                   NOHUGEPAGE                in all areas
 *    v6.18    those, and its exception      NOHUGEPAGE                in all, or all without advice
 */
import { type Rule, VmFlag } from "@forkpath/abi";
import type { MmRules } from "../types.ts";
import { MmFlag } from "../values.ts";

type MmInit = MmRules["mmInit"];

/** Dumpable bits 0 and 1, the core-dump filter in bits 2 to 8, and COMPAT in bit 18. */
const EL6_FLAGS = 0x401ff;
const DUMP_FLAGS = 0x1ff;
const NONE: number = 0;

const IN_NEW_AREAS: MmInit = {
  flags: DUMP_FLAGS,
  defFlags: VmFlag.NOHUGEPAGE,
  noHugePages: "in new areas",
};
const IN_ALL_AREAS: MmInit = {
  flags: DUMP_FLAGS | MmFlag.DISABLE_THP,
  defFlags: VmFlag.NOHUGEPAGE,
  noHugePages: "in all areas",
};
const WITH_MDWE: MmInit = { ...IN_ALL_AREAS, flags: IN_ALL_AREAS.flags | MmFlag.HAS_MDWE };
const UNLESS_ADVISED: MmInit = {
  flags: WITH_MDWE.flags | MmFlag.DISABLE_THP_EXCEPT_ADVISED,
  defFlags: VmFlag.NOHUGEPAGE,
  noHugePages: "unless advised",
};

export const mmInit: Rule<MmInit> = {
  decides: "what a new address space takes over",
  answers: [
    {
      since: "el6",
      does: "dump flags",
      by: { flags: EL6_FLAGS, defFlags: NONE, noHugePages: "never" },
      source: "SPEC §5.4",
    },
    {
      since: "v4.4",
      does: "dump flags, no huge pages in new areas",
      by: IN_NEW_AREAS,
      source: "L3.1",
      first: "3.15",
    },
    {
      since: "v5.4",
      does: "dump flags, no huge pages at all",
      by: IN_ALL_AREAS,
      source: "L3.1",
      first: "4.15",
    },
    {
      since: "v6.12",
      does: "dump flags, no huge pages at all, no gain of execution",
      by: WITH_MDWE,
      source: "L3.1",
      first: "6.3",
    },
    {
      since: "v6.18",
      does: "dump flags, no huge pages, or none without advice",
      by: UNLESS_ADVISED,
      source: "M20/5",
    },
  ],
};

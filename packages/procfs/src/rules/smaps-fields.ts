/**
 * The lines of an area in smaps (SPEC §10.5, M11, M26.4).
 *
 *    since    more                                               page sizes stand
 *    el6                                                         last
 *    v3.10    Locked, VmFlags                                    before Locked
 *    v4.4     *_Hugetlb, SwapPss                                 before Locked
 *    v4.14    LazyFree, ShmemPmdMapped                           second and third
 *    v5.4     FilePmdMapped, THPeligible
 *    v6.1     Pss_Dirty
 *    v6.12    KSM
 *
 * A field that only some areas or machines have (Nonlinear, ProtectionKey) is in no list.
 */
import { M26_COLUMNS, type Rule } from "@forkpath/abi";
import { SMAPS_LINES } from "../line-names.ts";
import type { Layouts } from "./types.ts";

const SIZES = ["KernelPageSize", "MMUPageSize"] as const;
const HUGETLB = ["Shared_Hugetlb", "Private_Hugetlb"] as const;
const START = SMAPS_LINES.slice(0, SMAPS_LINES.indexOf("AnonHugePages"));

const EL6 = ["Size", ...SMAPS_LINES, ...SIZES];
const V3_10 = [...EL6, "Locked", "VmFlags"];
const V4_4 = [
  ...["Size", ...START, "AnonHugePages", ...HUGETLB],
  ...["Swap", "SwapPss", ...SIZES, "Locked", "VmFlags"],
];
const V4_14 = [
  ...["Size", ...SIZES, ...START, "LazyFree", "AnonHugePages", "ShmemPmdMapped", ...HUGETLB],
  ...["Swap", "SwapPss", "Locked", "VmFlags"],
];
const behind = (fields: readonly string[], field: string, more: string): readonly string[] =>
  fields.toSpliced(fields.indexOf(field) + 1, 0, more);
const V5_4 = behind(behind(V4_14, "ShmemPmdMapped", "FilePmdMapped"), "Locked", "THPeligible");
const V6_1 = behind(V5_4, "Pss", "Pss_Dirty");
const V6_12 = behind(V6_1, "Anonymous", "KSM");

export const smapsFields: Rule<Layouts["smapsFields"]> = {
  decides: "which lines an area of smaps has",
  answers: [
    { since: "el6", does: "page sizes last", by: EL6, source: "SPEC §10.5" },
    { since: "v3.10", does: "Locked, VmFlags", by: V3_10, source: "M26.4" },
    { since: "v4.4", does: "hugetlb, SwapPss", by: V4_4, source: "M26.4" },
    { since: "v4.14", does: "LazyFree, ShmemPmdMapped; sizes first", by: V4_14, source: "M26.4" },
    { since: "v5.4", does: "FilePmdMapped, THPeligible", by: V5_4, source: "M26.4" },
    { since: "v6.1", does: "Pss_Dirty", by: V6_1, source: "M26.4" },
    { since: "v6.12", does: "KSM", by: V6_12, source: "M26.4, M11" },
  ],
  read: [...M26_COLUMNS, "v5.4", "v5.10", "v5.19"],
};

/** One line of 5.4 has a space less than its neighbours. */
export const smapsShort: Rule<Layouts["smapsShort"]> = {
  decides: "which lines of smaps are out of column",
  answers: [
    { since: "el6", does: "none", by: {}, source: "SPEC §10.5" },
    { since: "v5.4", does: "FilePmdMapped", by: { FilePmdMapped: 1 }, source: "M26.4" },
    { since: "v5.10", does: "none", by: {}, source: "M26.4" },
  ],
  read: [...M26_COLUMNS, "v5.4", "v5.10", "v5.19"],
};

const NOT_SUMMED: readonly string[] = ["Size", ...SIZES, "THPeligible", "VmFlags"];
const summed = (fields: readonly string[]): readonly string[] =>
  fields.filter((field) => !NOT_SUMMED.includes(field));
/** Behind Pss, or behind what was dirty of it. */
const withKinds = (fields: readonly string[]): readonly string[] => {
  const kinds = ["Pss_Anon", "Pss_File", "Pss_Shmem"];
  const at = Math.max(fields.indexOf("Pss"), fields.indexOf("Pss_Dirty")) + 1;
  return summed(fields.toSpliced(at, 0, ...kinds));
};

/** The sums of all areas (M13). */
export const rollupFields: Rule<Layouts["rollupFields"]> = {
  decides: "which lines smaps_rollup has",
  answers: [
    { since: "el6", does: "no such file", by: [], source: "SPEC §10" },
    { since: "v4.14", does: "what smaps sums up", by: summed(V4_14), source: "M26.4" },
    { since: "v5.4", does: "Pss by kind of page", by: withKinds(V5_4), source: "M26.4" },
    { since: "v6.1", does: "Pss_Dirty", by: withKinds(V6_1), source: "M26.4" },
    { since: "v6.12", does: "KSM", by: withKinds(V6_12), source: "M13" },
  ],
  read: [...M26_COLUMNS, "v5.4", "v5.10", "v5.19"],
};

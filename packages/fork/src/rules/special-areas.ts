/**
 * What the kernel itself maps into a new program: its clock and its code (M21/7, M11/7).
 *
 *    since    [vvar]     [vvar_vclock]    [vdso]
 *    el6      the model leaves its vdso out
 *    v5.10    4 pages    -                2 pages
 *    v6.18    4 pages    2 pages          2 pages
 */
import { type Rule, VmFlag } from "@forkpath/abi";
import type { ForkRules, SpecialArea } from "../types.ts";

type SpecialAreas = ForkRules["specialAreas"];

const CLOCK: number =
  VmFlag.READ | VmFlag.MAYREAD | VmFlag.IO | VmFlag.PFNMAP | VmFlag.DONTEXPAND | VmFlag.NODUMP;
const CODE: number =
  VmFlag.READ | VmFlag.EXEC | VmFlag.MAYREAD | VmFlag.MAYWRITE | VmFlag.MAYEXEC | VmFlag.DONTEXPAND;

const vvar: SpecialArea = { name: "[vvar]", pages: 4, flags: CLOCK };
const vclock: SpecialArea = { name: "[vvar_vclock]", pages: 2, flags: CLOCK };
const vdso: SpecialArea = { name: "[vdso]", pages: 2, flags: CODE };

export const specialAreas: Rule<SpecialAreas> = {
  decides: "what the kernel maps into a new program",
  answers: [
    { since: "el6", does: "nothing, in the model", by: [], source: "SPEC §7.7" },
    {
      since: "v5.10",
      does: "a clock and its code",
      by: [vvar, vdso],
      source: "recorded: ex01",
      first: "5.6",
    },
    {
      since: "v6.18",
      does: "two clocks and their code",
      by: [vvar, vclock, vdso],
      source: "M21/7",
      first: "6.13",
    },
  ],
};

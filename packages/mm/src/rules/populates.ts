/**
 * Which areas have their pages brought by MAP_POPULATE, and by remap_file_pages (SPEC §5.11).
 *
 *    el6      those that may be read, and private ones that may be written
 *    v3.10    those that may be used at all: what may not be read is brought all the same, as mlock
 *             does it (a live 6.18.44 does so)
 */
import { type Rule, VmFlag } from "@forkpath/abi";
import { VM_ACCESS_FLAGS } from "../area/flags.ts";
import type { MmRules } from "../types.ts";

type Populates = MmRules["populates"];

const whatMayBeAsked: Populates = (flags) =>
  (flags & VmFlag.READ) !== 0 || (flags & (VmFlag.WRITE | VmFlag.SHARED)) === VmFlag.WRITE;
const whatMayBeUsed: Populates = (flags) => (flags & VM_ACCESS_FLAGS) !== 0;

export const populates: Rule<Populates> = {
  decides: "which areas have their pages brought when they are made",
  answers: [
    {
      since: "el6",
      does: "readable ones, and private writable ones",
      by: whatMayBeAsked,
      source: "SPEC §5.11",
    },
    {
      since: "v3.10",
      does: "all that may be used at all",
      by: whatMayBeUsed,
      source: "recorded: live 6.18.44",
      first: "3.9",
    },
  ],
};

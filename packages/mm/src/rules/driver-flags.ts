/**
 * Which flags an area gets whose pages come from a driver (SPEC §5.1, §6.7/1).
 *
 *    since    raw frames                   raw frames or pages   pages
 *    el6      IO, RESERVED, PFNMAP         MIXEDMAP              INSERTPAGE
 *    v3.10    IO, DONTEXPAND, NODUMP and   MIXEDMAP              MIXEDMAP
 *             PFNMAP
 */
import { type Rule, VmFlag } from "@forkpath/abi";
import type { DriverFlags } from "../values.ts";

const { IO, RESERVED, DONTEXPAND, NODUMP, PFNMAP, MIXEDMAP, INSERTPAGE } = VmFlag;

export const driverFlags: Rule<DriverFlags> = {
  decides: "which flags an area of a driver gets",
  answers: [
    {
      since: "el6",
      does: "IO, RESERVED, PFNMAP; MIXEDMAP; INSERTPAGE",
      by: { frames: [IO, RESERVED, PFNMAP], mixed: [MIXEDMAP], pages: [INSERTPAGE] },
      source: "SPEC §6.7/1",
    },
    {
      since: "v3.10",
      does: "IO, DONTEXPAND, NODUMP, PFNMAP; MIXEDMAP for all others",
      by: { frames: [IO, DONTEXPAND, NODUMP, PFNMAP], mixed: [MIXEDMAP], pages: [MIXEDMAP] },
      source: "M26, M11",
    },
  ],
};

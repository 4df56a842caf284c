/**
 * What remap_file_pages does (SPEC §2.14, L27/D6).
 *
 *    el6     stores the pages that are asked for into the area, which is nonlinear from then on
 *    v4.4    maps the file's range anew over the old one, as mmap with MAP_FIXED would
 */
import type { Rule } from "@forkpath/abi";
import type { MmRules } from "../types.ts";

export const remapFilePages: Rule<MmRules["remapFilePages"]> = {
  decides: "what remap_file_pages makes of an area",
  answers: [
    { since: "el6", does: "a nonlinear one", by: "nonlinear", source: "SPEC §2.14" },
    { since: "v4.4", does: "areas of their own", by: "mapped anew", source: "L27", first: "4.0" },
  ],
};

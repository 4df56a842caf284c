/**
 * Faults in what happens rarely: collapse, and remap_file_pages. SPEC §2.7, §2.13, §2.14, App. C.
 */
import { type Fault, faultsIn } from "../fault.ts";

const COLLAPSE: readonly Fault[] = faultsIn("mm", [
  {
    name: "collapse-of-a-pinned-page",
    file: "sweep/collapse-pages.ts",
    find: "map.count[page] === 1 ? page",
    replace: "map.count[page] >= 1 ? page",
    why: "who else holds the page could not be told of the move (§2.13)",
  },
  {
    name: "collapse-of-a-read-only-entry",
    file: "sweep/collapse-pages.ts",
    find: "if (!isPtePresent(low) || !isPteWrite(low))",
    replace: "if (!isPtePresent(low))",
    why: "the huge entry is writable: a shared page would become so (§2.13)",
  },
  {
    name: "collapse-of-idle-memory",
    file: "sweep/collapse-pages.ts",
    find: "isReferenced ||= isPteYoung(low) ||",
    replace: "isReferenced ||= true ||",
    why: "one page at least is young (§2.13)",
  },
  {
    name: "collapse-counts-no-zeroes",
    file: "sweep/collapse-pages.ts",
    find: "else yield* addAnonRss(env, mm, 1);",
    replace: "else yield* addAnonRss(env, mm, 0);",
    why: "each none entry adds one (§1.5 row 28)",
  },
  {
    name: "called-off-collapse-keeps-pages-isolated",
    file: "sweep/collapse-pages.ts",
    find: "      for (const one of isolated) release(env, one);\n      return false;",
    replace: "      return false;",
    why: "a page that is in the way calls it off, and all is as it was (App. C)",
  },
  {
    name: "collapse-keeps-the-mapcount",
    file: "sweep/collapse-pages.ts",
    find: "  pageRemoveRmap(env.map, page);\n",
    replace: "",
    why: "each page's mapcount drops (App. C)",
  },
  {
    name: "collapse-leaks-the-small-page",
    file: "sweep/collapse-pages.ts",
    find: "  dropPage(env, page);\n",
    replace: "",
    why: "the reference of the entry goes with it (§0.6 I5)",
  },
  {
    name: "collapse-leaves-swap-cache",
    file: "sweep/collapse-pages.ts",
    find: "  freeSwapCache(env, page);\n",
    replace: "",
    why: "reclaim may have put the page there by now (§3.7)",
  },
  {
    name: "called-off-collapse-loses-the-table",
    file: "sweep/collapse-huge-page.ts",
    find: "  yield* storePmd(env, site, () => populate(tables, pmd, row));\n",
    replace: "",
    why: "the pmd gets its table back (App. C)",
  },
  {
    name: "collapse-lays-no-table-by",
    file: "sweep/collapse-huge-page.ts",
    find: "    depositTable(mm, row);\n",
    replace: "",
    why: "the table becomes the deposit (§2.9, §0.6 I8)",
  },
  {
    name: "refused-collapse-leaks-the-huge-page",
    file: "sweep/collapse-huge-page.ts",
    find: "  if (status !== 0) dropHugePage(env, page);\n",
    replace: "",
    why: "nothing has changed when it is refused (§0.6 I5)",
  },
  {
    name: "collapse-keeps-the-dead-mm",
    file: "sweep/collapse-huge-page.ts",
    find: "  mmdrop(env, mm);\n",
    replace: "",
    why: "the reference that khugepaged took is given back (§8.8)",
  },
]);

const REMAP: readonly Fault[] = faultsIn("mm", [
  {
    name: "remap-stays-on-the-linear-list",
    file: "call/remap-file-pages.ts",
    find: "  file.iMmap.delete(vma);\n",
    replace: "",
    why: "a nonlinear area stands on the other list (§2.14)",
  },
  {
    name: "remap-with-a-protection",
    file: "call/remap-file-pages.ts",
    find: "if (prot !== 0 || end <= start)",
    replace: "if (end <= start)",
    why: "a protection is refused (§2.14)",
  },
  {
    name: "remap-one-page-too-far-out",
    file: "call/remap-file-pages.ts",
    find: ">= 2 ** PTE_FILE_MAX_BITS",
    replace: "> 2 ** PTE_FILE_MAX_BITS",
    why: "46 bits are taken, of which 34 are kept (D25)",
  },
  {
    name: "remap-beyond-the-area",
    file: "call/remap-file-pages.ts",
    find: "vma.start > start || vma.end < end",
    replace: "vma.start > start",
    why: "the range lies in one mapping (§2.14)",
  },
  {
    name: "remap-counts-anonymous-pages-right",
    file: "call/install-file-pte.ts",
    find: "fileCounterOf(env, vma.file)",
    replace: "1",
    why: "file −1, even for an anonymous page (D6)",
  },
  {
    name: "remap-passes-the-peak-over",
    file: "call/install-file-pte.ts",
    find: "  yield* updateHiwaterRss(sync, vma.mm.counters);\n",
    replace: "",
    why: "the peak is noted before the decrement (§1.4/1 row 5)",
  },
  {
    name: "remap-loses-the-dirt",
    file: "call/install-file-pte.ts",
    find: "  if (isPteDirty(low)) setPageDirty(env, page);\n",
    replace: "",
    why: "what was written to the page has to reach the file (§2.14)",
  },
  {
    name: "remap-keeps-the-slot",
    file: "call/install-file-pte.ts",
    find: "    if (!isPteFile(low)) freeSwapAndCache(sync, env.swap, low, high, swapCachePages(env));\n",
    replace: "",
    why: "the entry's reference to the slot goes, and the counter stays (D6)",
  },
]);

export const MM_RARE_FAULTS: readonly Fault[] = [...COLLAPSE, ...REMAP];

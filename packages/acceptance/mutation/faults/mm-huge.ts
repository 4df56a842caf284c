/** Faults in transparent huge pages: SPEC §2.13. */
import { type Fault, faultsIn } from "../fault.ts";

export const MM_HUGE_FAULTS: readonly Fault[] = faultsIn("mm", [
  {
    name: "huge-copy-writable",
    file: "copy/huge.ts",
    find: "  ptepSetWrprotect(tables, srcPmd);",
    replace: "",
    why: "fork clears RW on both sides (§2.13 copy_huge_pmd/5)",
  },
  {
    name: "huge-copy-not-counted",
    file: "copy/huge.ts",
    find: "  yield* addHugeRss(env, dst, 1);",
    replace: "",
    why: "the child's anon rises by 512 (§1.5 row 26)",
  },
  {
    name: "huge-copy-deposit-not-counted",
    file: "copy/huge.ts",
    find: "  dst.nrPtes++;",
    replace: "",
    why: "a deposited table counts in nr_ptes (§2.9)",
  },
  {
    name: "huge-copy-of-a-splitting-page",
    file: "copy/huge.ts",
    find: 'if (found !== "huge") return found;',
    replace: 'if (found === "small") return found;',
    why: "fork waits for a split and copies entries (§2.13 copy_huge_pmd/4)",
  },
  {
    name: "huge-page-past-the-area",
    file: "fault/huge.ts",
    find: "start + PMD_SIZE <= vma.end",
    replace: "start < vma.end",
    why: "the 2 MiB have to lie within the area (§2.13 do_huge_pmd_anonymous_page/1)",
  },
  {
    name: "huge-page-over-another",
    file: "fault/huge.ts",
    find: `  if (!isPteNone(pteLow(tables, pmd), pteHigh(tables, pmd))) return false;
  addNewHugePage(env, vma, start, page);`,
    replace: "  addNewHugePage(env, vma, start, page);",
    why: "under the lock the pmd is looked at again (§2.13 do_huge_pmd_anonymous_page/5)",
  },
  {
    name: "huge-write-shared-in-place",
    file: "fault/huge-wp.ts",
    find: "if (isHugePageOurs(env, old)) {",
    replace: "if (isHugePageOurs(env, old) || !isPageLarge(env.map, old)) {",
    why: "only a page that nobody else maps is reused (§2.13)",
  },
  {
    name: "huge-write-keeps-the-old-page",
    file: "fault/huge-wp.ts",
    find: "  pageRemoveRmap(env.map, old);\n  dropPage(env, old);",
    replace: "  dropPage(env, old);",
    why: "the old page loses a mapping (§2.13)",
  },
  {
    name: "huge-zap-keeps-the-table-count",
    file: "zap/huge.ts",
    find: "  mm.nrPtes--;",
    replace: "",
    why: "a withdrawn table counts no more (§2.9)",
  },
  {
    name: "split-makes-all-writable",
    file: "huge/split.ts",
    find: "isPteWrite(pmdLow) ? maybeMkwrite(low, vma.flags) : low",
    replace: "maybeMkwrite(low, vma.flags)",
    why: "entries are writable if the pmd was (§2.13 Split/4)",
  },
  {
    name: "split-entries-clean",
    file: "huge/split.ts",
    find: "pteMkdirty(mkPteLow(page, vma.pageProtLow))",
    replace: "mkPteLow(page, vma.pageProtLow)",
    why: "entries are always dirty (§2.13 Split/4)",
  },
]);

/**
 * Areas that a driver fills, across a fork: the rows of SPEC §6.10 that no file or memory reaches.
 */
import { describe, expect, test } from "vitest";
import { wrongInText } from "./files.ts";

function wrongIn(mapping: string, ...steps: readonly string[]): readonly string[] {
  return wrongInText(`
machine: { memory: 16M }
processes: { P: { mappings: { A: ${mapping} } } }
steps:
${steps.map((step) => `  - ${step}`).join("\n")}`);
}

describe("fork of what a driver mapped", () => {
  test.each<[string, string, ...string[]]>([
    [
      "pfnmap, shared: entries are copied, nothing is counted, writes stay allowed",
      "{ kind: pfnmap, size: 4 pages }",
      "{ look: x, expect: [{ mapping: P A, entries: p*4, Rss: 0 }, { page: P A, writable: true }, { process: P, fileRss: 0, anonRss: 0 }] }",
      "{ fork: P, as: C, expect: [{ mapping: C A, entries: p*4 }, { page: P A, writable: true }, { page: C A, writable: true, accessed: false }, { events: call, fn: copy_one_pte, is: 4 }, { events: track_pfn_vma_copy, is: 1 }] }",
      "{ munmap: C A, expect: [{ process: C, fileRss: 0, anonRss: 0 }] }",
    ],
    [
      "pfnmap, private: both sides lose the right to write, and a write copies",
      "{ kind: pfnmap, size: 2 pages, private: true }",
      "{ fork: P, as: C, expect: [{ mapping: C A, entries: p*2 }, { page: P A, writable: false }, { page: C A, writable: false }] }",
      "{ write: C A 0, expect: [{ mapping: C A, entries: W p }, { process: C, anonRss: 1 }, { mapping: P A, entries: p*2 }] }",
    ],
    [
      "mixedmap, shared: without an anon_vma nothing is copied",
      "{ kind: mixedmap, size: 3 pages }",
      "{ fork: P, as: C, expect: [{ mapping: P A, entries: p*3 }, { mapping: C A, entries: none*3 }, { events: call, fn: copy_one_pte, is: 0 }] }",
    ],
    [
      "mixedmap, private, with a copy of its own: entries are copied",
      "{ kind: mixedmap, size: 3 pages, private: true, written: 0 }",
      "{ fork: P, as: C, expect: [{ mapping: P A, entries: r p p }, { mapping: C A, entries: r p p }, { process: C, anonRss: 1, fileRss: 0 }] }",
    ],
    [
      "insertpage, shared: pages that count as pages of a file (D33), writable in both",
      "{ kind: insertpage, size: 3 pages }",
      "{ look: x, expect: [{ process: P, fileRss: 3, minorFaults: 0 }, { page: P A, mapcount: 1, refcount: 2 }] }",
      "{ fork: P, as: C, expect: [{ process: C, fileRss: 3 }, { page: C A, mapcount: 2, refcount: 3, writable: true, accessed: false }, { page: P A, writable: true }] }",
      "{ exit: C, expect: [{ page: P A, mapcount: 1, refcount: 2 }] }",
    ],
    [
      "insertpage of a file that was opened for reading: neither cow nor shared, kept as it is",
      "{ kind: insertpage, size: 2 pages, access: r, openedReadOnly: true }",
      "{ fork: P, as: C, expect: [{ process: C, fileRss: 2 }, { mapping: C A, entries: f*2 }, { page: C A, mapcount: 2 }] }",
    ],
    [
      "two processes of one driver share its pages",
      "{ kind: insertpage, size: 2 pages, file: /dev/dsp }",
      "{ mmap: P, as: B, kind: insertpage, size: 2 pages, file: /dev/dsp, expect: [{ page: P A, sameFrameAs: P B, mapcount: 2 }, { process: P, fileRss: 4 }] }",
    ],
  ])("%s", (_, mapping, ...steps) => {
    expect(wrongIn(mapping, ...steps)).toEqual([]);
  });

  test("frames without pages have no facts of pages", () => {
    expect(
      wrongIn("{ kind: pfnmap, size: 1 }", "{ look: x, expect: [{ page: P A, mapcount: 1 }] }"),
    ).toEqual(["5: P A mapcount: wanted 1, got no page is behind the frame there: its entry is p"]);
  });

  test("each of their allocations can fail", () => {
    for (const kind of ["pfnmap", "mixedmap", "insertpage"]) {
      for (const n of [1, 2, 3, 4]) {
        const step = `{ mmap: P, as: B, kind: ${kind}, size: 1, failAllocation: ${n}, fails: ENOMEM, expect: [{ process: P, fileRss: 0 }] }`;
        expect(wrongIn("{ size: 1 }", step), `${kind} ${n}`).toEqual([]);
      }
    }
  });
});

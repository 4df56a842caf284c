import { PageFlag } from "@forkpath/rmap";
import { recount, stepper } from "@forkpath/test-world";
import { createProcess, fork } from "@forkpath/test-world/process";
import { unmapAll, write } from "@forkpath/test-world/process-calls";
import { at, codeNames, framesOf, type Process, show } from "@forkpath/test-world/process-looks";
import { describe, expect, test } from "vitest";
import { handleMmFault } from "../../src/index.ts";
import { trylockPage, unlockPage } from "../../src/internal.ts";

describe.each([true, false])(
  "copy-on-write races, split page-table locks: %s (SPEC §9.6)",
  (splitPtlocks) => {
    const ptl = (name: string): string => `${name}.${splitPtlocks ? "pt" : "mm"}`;
    /** A page that parent and child share. */
    const shared = (): { p: Process; c: Process } => {
      const p = createProcess({ splitPtlocks });
      write(p, 0);
      return { p, c: fork(p) };
    };
    const writerOf = (p: Process, name: string) =>
      stepper(p.env, name, () => handleMmFault(p.env, p.vma, at(p, 0), true));

    test("who finds the entry changed gives the copy back, and says nothing of a write", () => {
      const { p, c } = shared();
      const slow = writerOf(p, "S");
      slow.until("alloc");
      slow.until(ptl("P")); // has its new page, and not the lock
      const quick = writerOf(p, "Q");
      expect(codeNames(quick.finish())).toBe("WRITE");
      const inUse = p.env.map.framesInUse;
      expect(slow.finish()).toBe(0);
      expect(p.env.map.framesInUse).toBe(inUse - 1);
      expect(show(p)).toEqual({ ptes: "W - - -", rss: "(0,1,0)", pages: "1/1" });
      expect(recount(p, c)).toEqual([]);
    });

    test("a page that somebody else has locked is waited for without the table's lock", () => {
      const { p, c } = shared();
      unmapAll(c);
      const page = framesOf(p)[0];
      trylockPage(p.env, page);
      const writer = writerOf(p, "W");
      expect(writer.waitsFor()).toBe(`page ${page}`);
      expect(show(p).pages).toBe("2/1"); // pinned meanwhile
      unlockPage(p.env, page);
      expect(codeNames(writer.finish())).toBe("WRITE");
      expect(show(p)).toEqual({ ptes: "W - - -", rss: "(0,1,0)", pages: "1/1" });
    });

    test("if the entry changes during that wait, the fault is over", () => {
      const { p, c } = shared();
      const page = framesOf(p)[0];
      trylockPage(p.env, page);
      const writer = writerOf(p, "W");
      writer.waitsFor();
      p.env.sync.interleaved = false;
      unmapAll(p);
      p.env.sync.interleaved = true;
      unlockPage(p.env, page);
      expect(writer.finish()).toBe(0);
      expect(p.env.map.flags[page] & PageFlag.LOCKED).toBe(0);
      expect(recount(p, c)).toEqual([]);
    });

    test("the old page loses its mapping only after the new entry stands (SPEC App. C)", () => {
      const { p, c } = shared();
      const writer = writerOf(p, "W");
      writer.until("alloc");
      writer.until(ptl("P"));
      const old = framesOf(c)[0];
      const seen: string[] = [];
      for (const step of ["pte", "pte", `page ${old + 1}`, "pte", `page ${old}`]) {
        writer.until(step);
        seen.push(`${show(p).ptes.split(" ")[0]} ${p.env.map.mapcount[old]}`);
      }
      // recheck, clear, map the new page, store the entry, unmap the old page: each is next
      expect(seen).toEqual(["r 2", "r 2", "- 2", "- 2", "W 2"]);
      writer.finish();
      expect(p.env.map.mapcount[old]).toBe(1);
    });
  },
);

import { Pte } from "@forkpath/page-table";
import { stepper } from "@forkpath/test-world";
import { createProcess, fork } from "@forkpath/test-world/process";
import { fault, unmapAll, write } from "@forkpath/test-world/process-calls";
import { entry, setEntry } from "@forkpath/test-world/process-entries";
import { at, show } from "@forkpath/test-world/process-looks";
import { describe, expect, test } from "vitest";
import { handleMmFault } from "../../src/index.ts";

describe("a present entry (SPEC §9.3)", () => {
  test("a read stores nothing on x86, not even the accessed bit", () => {
    const p = createProcess();
    write(p, 0);
    const c = fork(p);
    const before = entry(c, 0);
    expect(fault(c, 0, false)).toBe("0");
    expect(entry(c, 0)).toBe(before);
    expect(show(c).ptes).toBe("r' - - -");
  });

  test("a write to a writable entry makes it dirty and young, and counts nothing", () => {
    const p = createProcess();
    write(p, 0);
    setEntry(p, 0, entry(p, 0) & ~BigInt(Pte.DIRTY | Pte.ACCESSED));
    expect(fault(p, 0, true)).toBe("0");
    expect(show(p)).toEqual({ ptes: "W - - -", rss: "(0,1,0)", pages: "1/1" });
  });

  test("an entry that changed before the lock was had: 0", () => {
    const p = createProcess();
    write(p, 0);
    const c = fork(p);
    const writer = stepper(p.env, "W", () => handleMmFault(p.env, c.vma, at(c, 0), true));
    writer.until("C.pt");
    p.env.sync.interleaved = false;
    unmapAll(c);
    p.env.sync.interleaved = true;
    expect(writer.finish()).toBe(0);
    expect(show(c).ptes).toBe("- - - -");
  });

  test("a page that PROT_NONE hides is present: the fault goes by its other bits", () => {
    const p = createProcess();
    write(p, 0);
    const hidden = (entry(p, 0) & ~BigInt(Pte.PRESENT | Pte.RW)) | BigInt(Pte.PROTNONE);
    setEntry(p, 0, hidden);
    expect(fault(p, 0, false)).toBe("0");
    expect(entry(p, 0)).toBe(hidden);
  });
});

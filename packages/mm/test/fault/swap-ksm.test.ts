import { MappingTag, makeMapping, mappingId, PageFlag, unlinkAnonVmas } from "@forkpath/rmap";
import { failNth } from "@forkpath/sync";
import { recount, run, slots, stepper } from "@forkpath/test-world";
import { createSwappedProcess, fork } from "@forkpath/test-world/process";
import { read, unmapAll, write } from "@forkpath/test-world/process-calls";
import { at, framesOf, type Process, show } from "@forkpath/test-world/process-looks";
import { describe, expect, test } from "vitest";
import { handleMmFault } from "../../src/index.ts";

describe("a page that was merged before it was swapped (SPEC §9.5/10)", () => {
  /** P owns the cached page of slot 1; Q is no relative, and has the slot too. */
  function strangers(): readonly [Process, Process] {
    const p = createSwappedProcess();
    const { env } = p;
    const q = fork(p, "Q");
    // Cut the family tie: Q gets an anon_vma of its own, as if the two had been merged by KSM.
    run(unlinkAnonVmas(env.sync, env.anonVmas, q.vma));
    q.vma.anonVma = null;
    expect(write(q, 1)).toBe("0");
    expect(read(p, 0)).toBe("MAJOR");
    env.sync.gate.count = 0;
    return [p, q];
  }

  test("a reader whom its owner's family does not know gets a copy", () => {
    const [p, q] = strangers();
    expect(read(q, 0)).toBe("0");
    expect(show(q)).toEqual({ ptes: "rc W - -", rss: "(0,2,0)", pages: "1/1 1/1" });
    expect(framesOf(q)[0]).not.toBe(framesOf(p)[0]);
    expect(mappingId(p.env.map.mapping[framesOf(q)[0]])).toBe(q.vma.anonVma?.id);
    expect(recount(p, q)).toEqual([]);
  });

  test("a writer keeps its copy, which no slot holds", () => {
    const [p, q] = strangers();
    expect(write(q, 0)).toBe("0");
    expect(show(q).ptes).toBe("W W - -");
    expect(slots(p, 1)).toBe("0x40");
    expect(recount(p, q)).toEqual([]);
  });

  test("without memory for it: OOM, and the entry stays", () => {
    const [p, q] = strangers();
    failNth(p.env.sync.gate, 0);
    expect(read(q, 0)).toBe("OOM");
    expect(show(q)).toEqual({ ptes: "s W - -", rss: "(0,1,1)", pages: "1/1" });
    expect(recount(p, q)).toEqual([]);
  });

  test("unmapped while it was copied: both pages are let go", () => {
    const [p, q] = strangers();
    const reader = stepper(q.env, "R", () => handleMmFault(q.env, q.vma, at(q, 0), false));
    reader.until("Q.pt"); // has its copy, and is about to compare the entry
    p.env.sync.interleaved = false;
    unmapAll(q);
    p.env.sync.interleaved = true;
    const inUse = p.env.map.framesInUse;
    expect(reader.finish()).toBe(0);
    expect(p.env.map.framesInUse).toBe(inUse - 1);
    expect(p.env.map.flags[framesOf(p)[0]] & PageFlag.LOCKED).toBe(0);
    expect(recount(p, q)).toEqual([]);
  });

  test("a page that is still merged is mapped as it is", () => {
    const [p, q] = strangers();
    const [page] = framesOf(p);
    p.env.map.mapping[page] = makeMapping(7, MappingTag.KSM);
    expect(read(q, 0)).toBe("0");
    expect(framesOf(q)[0]).toBe(page);
  });
});

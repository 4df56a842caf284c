import { PAGE_SIZE, TASK_SIZE, VmFlag } from "@forkpath/abi";
import { Pte } from "@forkpath/page-table";
import { createThread, failNth } from "@forkpath/sync";
import * as world from "@forkpath/test-world";
import { createFile, createProcess, fork } from "@forkpath/test-world/process";
import { read, swapOut, write } from "@forkpath/test-world/process-calls";
import { entry, setEntry } from "@forkpath/test-world/process-entries";
import { codeNames, show } from "@forkpath/test-world/process-looks";
import { describe, expect, test } from "vitest";
import { AccessCode, touch, touchRange, VmFault } from "../../src/index.ts";
import { NO_LIMITS } from "../../src/internal.ts";

describe("what the processor does without a fault", () => {
  test("a page that was written to can be read and written: no code at all", () => {
    const p = createProcess();
    expect([write(p, 0), write(p, 0), read(p, 0)]).toEqual(["0", "hit", "hit"]);
  });

  test("it sets the accessed bit, and the dirty bit for a write", () => {
    const p = createProcess();
    write(p, 0);
    setEntry(p, 0, entry(p, 0) & ~BigInt(Pte.ACCESSED | Pte.DIRTY));
    expect([read(p, 0), show(p).ptes]).toEqual(["hit", "Wc - - -"]);
    expect([write(p, 0), show(p).ptes]).toEqual(["hit", "W - - -"]);
  });

  test("a shared page that was only read can be written without a fault", () => {
    const p = createProcess({ file: createFile(), flags: world.SHARED });
    expect([read(p, 0), show(p).ptes]).toEqual(["MAJOR", "Fc - - -"]);
    expect([write(p, 0), show(p).ptes]).toEqual(["hit", "F - - -"]);
  });
});

describe("where there is nothing to access", () => {
  test("no mapping, above or below: SEGV", () => {
    const p = createProcess();
    for (const addr of [0, world.START - 1, world.START + 4 * PAGE_SIZE, TASK_SIZE]) {
      expect(codeNames(world.run(touch(p.env, p.mm, addr, false)))).toBe("SEGV");
    }
  });

  test("a write to a mapping that is read-only, present or not: SEGV", () => {
    const p = createProcess({ flags: world.PRIVATE_READ });
    expect([write(p, 0), read(p, 0), write(p, 0)]).toEqual(["SEGV", "0", "SEGV"]);
  });

  test("PROT_NONE lets nothing in, though its pages are present to the kernel", () => {
    const p = createProcess();
    write(p, 0);
    p.vma.flags &= ~(VmFlag.READ | VmFlag.WRITE | VmFlag.EXEC);
    setEntry(p, 0, (entry(p, 0) & ~BigInt(Pte.PRESENT | Pte.RW)) | BigInt(Pte.PROTNONE));
    expect([read(p, 0), write(p, 0), read(p, 1)]).toEqual(["SEGV", "SEGV", "SEGV"]);
    expect(world.showRss(p.mm)).toBe("(0,1,0)");
  });

  test("the semaphore is free again after each answer", () => {
    const p = createProcess({ flags: world.PRIVATE_READ });
    read(p, 0);
    write(p, 0);
    expect(p.mm.mmapSem.readers).toEqual([]);
    expect(p.env.sync.current.held).toEqual([]);
  });

  test("an address that is none is the caller's mistake", () => {
    const p = createProcess();
    for (const addr of [-1, 2 ** 47, 0.5, Number.NaN]) {
      expect(() => world.run(touch(p.env, p.mm, addr, false))).toThrow("touch: addr must be");
    }
    const range = (start: number, pages: number) => () =>
      world.run(touchRange(p.env, p.mm, start, pages, true));
    expect(range(world.START + 1, 1)).toThrow("touchRange: start must be a multiple of 0x1000");
    expect(range(world.START, -1)).toThrow("touchRange: pages must be from 0");
  });
});

describe("a stack grows to where it is touched (SPEC §9.4/1)", () => {
  const STACK = world.PRIVATE | VmFlag.GROWSDOWN;

  test("an access below it extends it, guard page included", () => {
    const p = createProcess({ flags: STACK });
    const addr = world.START - 3 * PAGE_SIZE;
    expect(codeNames(world.run(touch(p.env, p.mm, addr, true)))).toBe("0");
    expect(p.vma.start).toBe(addr - PAGE_SIZE);
    expect(world.showRss(p.mm)).toBe("(0,1,0)");
  });

  test("not beyond RLIMIT_STACK: SEGV, and it is as long as before", () => {
    const p = createProcess({ flags: STACK });
    const limits = { ...NO_LIMITS, stack: 5 * PAGE_SIZE };
    const below = (pages: number): string =>
      codeNames(world.run(touch(p.env, p.mm, world.START - pages * PAGE_SIZE, true, limits)));
    expect(below(2)).toBe("SEGV");
    expect(p.vma.start).toBe(world.START);
    expect(below(1)).toBe("0");
    expect(p.vma.start).toBe(world.START - PAGE_SIZE); // its guard page found no room
  });

  test("another mapping does not grow", () => {
    const p = createProcess();
    expect(codeNames(world.run(touch(p.env, p.mm, world.START - PAGE_SIZE, true)))).toBe("SEGV");
  });
});

describe("touchRange", () => {
  test("answers with the codes of all pages, and ends at the first that fails", () => {
    const p = createProcess({ file: createFile({ sizePages: 3 }), flags: world.SHARED });
    const code = world.run(touchRange(p.env, p.mm, world.START, 4, true));
    expect(code).toBe(AccessCode.FAULTED | VmFault.MAJOR | VmFault.SIGBUS);
    expect(show(p).ptes).toBe("F F F -");
  });

  test("goes from one mapping into the next, and stops at a hole", () => {
    const p = createProcess();
    world.addVma(p, world.START + 4 * PAGE_SIZE, 2, world.PRIVATE);
    expect(codeNames(world.run(touchRange(p.env, p.mm, world.START, 8, true)))).toBe("SEGV");
    expect(world.showRss(p.mm)).toBe("(0,6,0)");
  });

  test("an allocation that is refused in the middle ends it there", () => {
    const p = createProcess();
    failNth(p.env.sync.gate, 5 + 2); // tables, anon_vma and its link; then two pages
    expect(codeNames(world.run(touchRange(p.env, p.mm, world.START, 4, true)))).toBe("OOM");
    expect(show(p)).toEqual({ ptes: "W W - -", rss: "(0,2,0)", pages: "1/1 1/1" });
  });

  test("counts a major or a minor fault for each page that was not there", () => {
    const p = createProcess({ file: createFile(), flags: world.SHARED });
    const heap = world.addVma(p, world.START + 4 * PAGE_SIZE, 4, world.PRIVATE);
    read(p, 1);
    const faults = { minFlt: 0, majFlt: 0 };
    const limits = { ...NO_LIMITS, faults };
    world.run(touchRange(p.env, p.mm, world.START, 8, true, limits));
    expect(faults).toEqual({ minFlt: 4, majFlt: 3 });
    world.run(touchRange(p.env, p.mm, heap.start, 4, true, limits));
    expect(faults).toEqual({ minFlt: 4, majFlt: 3 });
  });

  test.each([
    ["past the end of the file: SIGBUS", 3, "SIGBUS|MAJOR", { minFlt: 0, majFlt: 3 }],
    ["where nothing is mapped: SIGSEGV", 9, "MAJOR|SEGV", { minFlt: 0, majFlt: 4 }],
  ])("a fault that fails counts as none: %s", (_name, sizePages, code, counted) => {
    const p = createProcess({ file: createFile({ sizePages }), flags: world.SHARED });
    const faults = { minFlt: 0, majFlt: 0 };
    const last = world.run(
      touchRange(p.env, p.mm, world.START, 5, false, { ...NO_LIMITS, faults }),
    );
    expect([codeNames(last), faults]).toEqual([code, counted]);
  });

  test("a fault without memory counts as none", () => {
    const p = createProcess();
    const faults = { minFlt: 0, majFlt: 0 };
    failNth(p.env.sync.gate, 5 + 2);
    world.run(touchRange(p.env, p.mm, world.START, 4, true, { ...NO_LIMITS, faults }));
    expect(faults).toEqual({ minFlt: 2, majFlt: 0 });
  });

  test("a thread that holds mmap_sem for writing is waited for", () => {
    const p = createProcess();
    write(p, 0);
    p.mm.mmapSem.writer = createThread(9, "munmap");
    expect(() => world.run(touchRange(p.env, p.mm, world.START, 4, true))).toThrow(
      "waits for P.mmap_sem",
    );
    p.mm.mmapSem.writer = null;
    expect(codeNames(world.run(touchRange(p.env, p.mm, world.START, 4, true)))).toBe("0");
  });
});

test("the counters of every kind of access (SPEC §9.8)", () => {
  const file = createFile();
  const p = createProcess({ file });
  const anon = world.addVma(p, world.START + 16 * PAGE_SIZE, 4, world.PRIVATE);
  const heap = { ...p, vma: anon };
  const rows: string[] = [];
  const row = (what: string, code: string): void => {
    rows.push(`${what}: ${code}, ${world.showRss(p.mm)}`);
  };
  row("first write to private memory", write(heap, 0));
  row("first read of private memory", read(heap, 1));
  row("write after reading the zero page", write(heap, 1));
  row("read of a private file", read(p, 0));
  row("write to a private file, mapped", write(p, 0));
  row("write to a private file, not mapped", write(p, 1));
  swapOut(heap, 0);
  row("swap-out", "-");
  row("swap-in", read(heap, 0));
  const child = fork(heap);
  row("fork, the parent", "-");
  row("copy of a shared page", write(heap, 1));
  row("reuse of a page", write(child, 1));
  expect(rows).toEqual([
    "first write to private memory: 0, (0,1,0)",
    "first read of private memory: 0, (0,1,0)",
    "write after reading the zero page: WRITE, (0,2,0)",
    "read of a private file: MAJOR, (1,2,0)",
    "write to a private file, mapped: WRITE, (0,3,0)",
    "write to a private file, not mapped: MAJOR, (0,4,0)",
    "swap-out: -, (0,3,1)",
    "swap-in: MAJOR, (0,4,0)",
    "fork, the parent: -, (0,4,0)",
    "copy of a shared page: WRITE, (0,4,0)",
    "reuse of a page: WRITE, (0,4,0)",
  ]);
  expect(world.showRss(child.mm)).toBe("(0,4,0)");
  expect(world.recount(p, child)).toEqual([]);
});

/** SPEC §8.2-§8.4: what unmap clears, keeps, counts and lets go. */
import { VmFlag, virtAddr } from "@forkpath/abi";
import { addMmRssNow, MmCounter, peekCounterSigned } from "@forkpath/counters";
import { ALL_EVENTS, attachSink, type KernelEvent } from "@forkpath/events";
import { PageFlag } from "@forkpath/rmap";
import { peekSlot } from "@forkpath/swap";
import { PRIVATE, run, SHARED } from "@forkpath/test-world";
import { draw, refs, show, type World } from "@forkpath/test-world/tables";
import { describe, expect, test } from "vitest";
import { createMappedFile, type Vma, type ZapDetails, zapPageRange } from "../../src/index.ts";

/** The drawn area as unmap wants it. */
const area = (world: World): Vma => ({ ...world.vma, mm: world.src, pgoff: 0 }) as unknown as Vma;

const zap = (world: World, details: ZapDetails | null = null): void => {
  run(zapPageRange(world.env, area(world), world.vma.start, world.vma.end, details));
};

function parentRss({ src }: World): string {
  const of = (member: MmCounter): number => peekCounterSigned(src.counters, member);
  const [file, anon, swap] = [MmCounter.FILE_RSS, MmCounter.ANON_RSS, MmCounter.SWAP_USAGE].map(of);
  return `(${file},${anon},${swap})`;
}

const charge = (world: World, file: number, anon: number, swap: number): boolean =>
  addMmRssNow(world.env.sync, world.src.counters, file, anon, swap);

const only = (file: ReturnType<typeof createMappedFile>): ZapDetails => ({
  checkMapping: file,
  nonlinearVma: null,
  firstIndex: 0,
  lastIndex: 0,
});

describe("without details everything goes", () => {
  test("pages leave their counters, and free when nobody else holds them", () => {
    const world = draw("W r f z -");
    charge(world, 1, 2, 0);
    zap(world);
    expect(show(world).parent).toBe("- - - - -");
    expect(parentRss(world)).toBe("(0,0,0)");
    expect(refs(world)).toBe("0/0 0/0 1/0"); // the page cache keeps its own
  });

  test("a file page hands its dirty and young bits on; an anonymous one drops them", () => {
    const world = draw("F W", { flags: SHARED });
    charge(world, 1, 1, 0);
    world.env.map.count[world.frames[1]]++; // somebody looks at the anonymous page later
    zap(world);
    const [file, anon] = world.frames.map((frame) => world.env.map.flags[frame]);
    expect(file & (PageFlag.DIRTY | PageFlag.REFERENCED)).toBe(
      PageFlag.DIRTY | PageFlag.REFERENCED,
    );
    expect(anon & (PageFlag.DIRTY | PageFlag.REFERENCED)).toBe(0);
  });

  test("a sequential reader's pages are not marked as accessed", () => {
    const world = draw("f", { flags: PRIVATE | VmFlag.SEQ_READ });
    zap(world);
    expect(world.env.map.flags[world.frames[0]] & PageFlag.REFERENCED).toBe(0);
  });

  test("swap and hwpoison leave swap_usage (D4), migration leaves nothing (D3/a)", () => {
    const world = draw("s h m M");
    charge(world, 0, 1, 1);
    zap(world);
    expect(show(world).parent).toBe("- - - -");
    expect(parentRss(world)).toBe("(0,1,-1)");
    expect(peekSlot(world.env.swap, 0, 1).byte).toBe(0);
  });
});

describe("truncation that spares copies (even_cows = 0)", () => {
  test("takes the file's pages and the pageless entries, and keeps the rest", () => {
    const world = draw("f W s M z n", { flags: PRIVATE });
    const file = createMappedFile(9, "/data", { sizePages: 6 });
    charge(world, 1, 1, 1);
    zap(world, only(file));
    expect(show(world).parent).toBe("- W s M - n");
    expect(parentRss(world)).toBe("(0,1,1)");
  });

  test("details that name nothing are no details (SPEC §8.4)", () => {
    const world = draw("s");
    zap(world, { checkMapping: null, nonlinearVma: null, firstIndex: 0, lastIndex: 0 });
    expect(show(world).parent).toBe("-");
  });
});

test("the counters fall under the table's lock, the pages go after it", () => {
  const world = draw("W W");
  charge(world, 0, 2, 0);
  const events: KernelEvent[] = [];
  attachSink(world.env.sync, { wants: ALL_EVENTS, emit: (event) => events.push(event) });
  zap(world);
  expect(events.map(({ kind }) => kind)).toEqual([
    "load", // of update_hiwater_rss: file, anon, and the mark itself
    "load",
    "load",
    "store",
    "notify_start",
    "lock",
    "rss",
    "atomic",
    "unlock",
    "notify_end",
    "flush_tlb",
    "page",
    "page",
  ]);
});

test("a range of many tables stops between blocks of 1024 pages to let others run", () => {
  const world = draw(Array(1500).fill("W").join(" "));
  charge(world, 0, 1500, 0);
  let polls = 0;
  world.env.sync.needResched = () => ++polls > 0;
  let reschedules = 0;
  world.env.sync.onCondResched = () => reschedules++;
  zap(world);
  expect([polls, reschedules]).toEqual([1, 1]);
  expect(parentRss(world)).toBe("(0,0,0)");
});

test("a holder of i_mmap_lock returns early instead, and says where", () => {
  const world = draw(Array(1500).fill("W").join(" "));
  charge(world, 0, 1500, 0);
  world.env.sync.needResched = () => true;
  const lock = createMappedFile(9, "/data", { sizePages: 1 }).iMmapLock;
  const { start, end } = world.vma;
  const stopped = run(zapPageRange(world.env, area(world), start, end, null, lock));
  expect(stopped).toBe(virtAddr(start + 1024 * 4096));
  expect(parentRss(world)).toBe("(0,476,0)");
});

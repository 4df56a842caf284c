/** get_user_pages of huge pages, and a forced write to a read-only one (SPEC §2.13/2, D14). */
import { Errno, type Pfn } from "@forkpath/abi";
import { PRIVATE_READ, recount, refsOf, run, stepper } from "@forkpath/test-world";
import { BUILDS, createHugeProcess, HUGE } from "@forkpath/test-world/huge";
import { headsOf, show } from "@forkpath/test-world/huge-looks";
import { fork } from "@forkpath/test-world/process";
import { write } from "@forkpath/test-world/process-calls";
import { at, type Process } from "@forkpath/test-world/process-looks";
import { describe, expect, test } from "vitest";
import { getUserPages, splitHugePage } from "../../src/index.ts";
import { dropPage } from "../../src/internal.ts";

const pin = (p: Process, page: number, pages: number, isWrite = false): [number, Pfn[]] => {
  const pinned: Pfn[] = [];
  const answer = run(getUserPages(p.env, p.mm, at(p, page), pages, { isWrite }, pinned));
  return [answer, pinned];
};

const unpin = (p: Process, pages: readonly Pfn[]): void => {
  for (const page of pages) dropPage(p.env, page);
};

describe.each(BUILDS)("pins, %s", (_, build) => {
  test("of parts of a huge page are references of its head, which the parts remember", () => {
    const p = createHugeProcess(1, build);
    const [answer, pages] = pin(p, 0, 3); // brings the page, too
    const [head] = headsOf(p);
    expect([answer, pages]).toEqual([3, [head, head + 1, head + 2]]);
    expect([refsOf(p, head), refsOf(p, head + 1)]).toEqual(["4/1", "0/1"]);
    unpin(p, pages);
    expect([refsOf(p, head), refsOf(p, head + 1)]).toEqual(["1/1", "0/0"]);
    expect(recount(p)).toEqual([]);
  });

  test("across two huge pages go to both", () => {
    const p = createHugeProcess(2, build);
    const [answer, pages] = pin(p, HUGE - 1, 2, true);
    const [first, second] = headsOf(p);
    expect([answer, pages]).toEqual([2, [first + 511, second]]);
    unpin(p, pages);
    expect(recount(p)).toEqual([]);
  });

  test("for writing copy a shared page first", () => {
    const p = createHugeProcess(1, build);
    write(p, 0);
    const c = fork(p);
    const [, pages] = pin(c, 9, 1, true);
    expect([show(c).pmds, pages]).toEqual(["H", [headsOf(c)[0] + 9]]);
    expect(headsOf(c)).not.toEqual(headsOf(p));
    unpin(c, pages);
    expect(recount(p, c)).toEqual([]);
  });

  test("wait for a split that is under way, and then take the small page", () => {
    const p = createHugeProcess(1, build);
    write(p, 0);
    const c = fork(p);
    const [head] = headsOf(p);
    const split = stepper(p.env, "S", () => splitHugePage(p.env, head as Pfn));
    split.until("C.mm");
    const pages: Pfn[] = [];
    const pinner = stepper(p.env, "G", () => getUserPages(p.env, p.mm, at(p, 9), 1, {}, pages));
    expect(pinner.waitsFor()).toMatch(/anon_vma/);
    split.finish();
    expect([pinner.finish(), pages, refsOf(p, head + 9)]).toEqual([1, [head + 9], "3/2"]);
    unpin(p, pages);
    expect(recount(p, c)).toEqual([]);
  });
});

describe("a forced write to a read-only huge page (D14)", () => {
  const forced = (p: Process, pages: Pfn[]) =>
    stepper(p.env, "G", () =>
      getUserPages(p.env, p.mm, at(p, 9), 1, { isWrite: true, isForced: true }, pages),
    );

  test("goes round in circles, since the lookup never takes a read-only pmd", () => {
    const p = createHugeProcess(1, { flags: PRIVATE_READ });
    pin(p, 0, 1);
    expect(show(p).pmds).toBe("Hr");
    expect(forced(p, []).waitsFor()).toBe("a split of the read-only huge page (D14)");
  });

  test("until somebody splits the page: of small ones, it takes the dirty one", () => {
    const p = createHugeProcess(1, { flags: PRIVATE_READ });
    const [, [head]] = pin(p, 0, 1);
    const pages: Pfn[] = [];
    const poke = forced(p, pages);
    poke.waitsFor();
    p.env.sync.interleaved = false;
    run(splitHugePage(p.env, head));
    p.env.sync.interleaved = true;
    expect([poke.finish(), pages]).toEqual([1, [head + 9]]);
  });

  test("without the force is refused before", () => {
    const p = createHugeProcess(1, { flags: PRIVATE_READ });
    expect(pin(p, 0, 1, true)).toEqual([-Errno.EFAULT, []]);
  });
});

/** Every request for memory inside a fork fails once: what fork then gives back (SPEC §5.8). */
import { Errno } from "@forkpath/abi";
import { EventClass } from "@forkpath/events";
import { SwapMap } from "@forkpath/swap";
import { describe, expect, test } from "vitest";
import { createEveryKind, EVERY_KIND } from "./every-kind.ts";
import { snapshot } from "./snapshot.ts";
import { BUILDS, createPlay, fork, map, type Play, pidOf, record, show } from "./stage.ts";

/**
 * An area that was written to is linked to its parent's anon_vma and to one of its own. The first
 * link is asked for without sleeping, under a lock; refused, it is asked for again: "avc?".
 */
const WRITTEN = ["vma", "avc?", "anon_vma", "avc"];
/** What one fork of the parent asks for, in the order of asking; with ? what is not the end. */
const PLAN = [
  ...["task", "cred", "files", "fs", "sighand", "signal", "mm", "pgd"],
  ...["vma", "pud", "pmd", "pte"], // the device's area is the lowest: the first tables are for it
  ...["vma", "vma"], // shared areas are left to faults
  ...WRITTEN, // the private file
  ...WRITTEN, // locked; the DONTFORK area below it is left out
  ...WRITTEN, // poisoned
  ...WRITTEN, // migrating
  ...WRITTEN, // written, read and swapped: neighbours that are one area
  "pid",
];
const REQUESTS = PLAN.map((what) => what.replace("?", ""));

/** The parent afterwards: it can write where nothing was copied, in the DONTFORK area. */
const SHARED_KIND = "[s] [r z] [m] [h] [r] [W] [r f] [F -] [F -] [p -] (3,5,1)";

/** One fork of P, with some requests refused; its answer, and what was asked for. */
function forkRefusing(play: Play, refused: readonly number[]): { answer: number; asked: string[] } {
  const { kernel } = play;
  const log = record(EventClass.ALLOC);
  const before = kernel.totals().allocations;
  for (const index of refused) kernel.failAllocation(index);
  kernel.attach(log);
  const answer = kernel.fork(pidOf(play, "P"));
  kernel.attach(null);
  expect(kernel.totals().allocations - before).toBe(log.events.length);
  const asked = log.events.flatMap((event) =>
    event.kind === "alloc" ? [event.ok ? event.what : `no ${event.what}`] : [],
  );
  return { answer, asked };
}

describe.each(BUILDS)("%s", (_name, build) => {
  test("a refused request ends the fork, and everything is as before", () => {
    const play = createEveryKind(build);
    expect(show(play)).toEqual({ P: EVERY_KIND });
    expect(play.kernel.check()).toEqual([]);
    const before = snapshot(play.kernel);
    for (const [index, what] of PLAN.entries()) {
      if (what.endsWith("?")) continue;
      const { answer, asked } = forkRefusing(play, [index]);
      expect([index, answer]).toEqual([index, -Errno.ENOMEM]);
      expect(asked).toEqual([...REQUESTS.slice(0, index), `no ${what}`]);
      expect(snapshot(play.kernel)).toEqual(before);
      expect(play.kernel.check()).toEqual([]);
    }
    expect(show(play)).toEqual({ P: SHARED_KIND });
  });

  test("a link that was refused under the lock is asked for again without it", () => {
    const play = createEveryKind(build);
    for (const [index, what] of PLAN.entries()) {
      if (what !== "avc?") continue;
      const { answer, asked } = forkRefusing(play, [index]);
      expect(asked).toEqual([...REQUESTS.slice(0, index), "no avc", ...REQUESTS.slice(index)]);
      play.kernel.exit(answer);
      play.kernel.wait(pidOf(play, "P"));
      expect(show(play)).toEqual({ P: SHARED_KIND });
      expect(play.kernel.check()).toEqual([]);
    }
  });

  test("the fork that succeeds miscounts migration (D3/b) and poison (D4), and nothing else", () => {
    const play = createEveryKind(build);
    const { answer, asked } = forkRefusing(play, []);
    expect(asked).toEqual(REQUESTS);
    play.cast.set("C", answer);
    expect(show(play).C).toBe("[s] [r z] [m] [h] [r] [r f] [- -] [- -] [p -] (1,3,2)");
    const owner = play.kernel.process(answer).memory?.name;
    expect(play.kernel.check()).toEqual([
      { rule: "I2", owner, field: "anon_rss", kept: 3, counted: 4 },
      { rule: "I3", owner, field: "swap_usage", kept: 2, counted: 1 },
    ]);
  });

  test("so is a continuation page; refused again, it ends the fork", () => {
    const play = createPlay({ ...build, maxThreads: 100 });
    map(play, "P", "W");
    play.kernel.reclaim(pidOf(play, "P"));
    for (let count = 1; count < SwapMap.MAX; count++) fork(play, "P", "kid");
    play.cast.delete("kid");
    expect(play.kernel.slot(0, 1)).toMatchObject({ count: SwapMap.MAX, digits: [] });
    const index = 15; // task to pgd, the area and its links, and three tables
    const start = ["pte", "no swapcont.atomic"];
    const twice = forkRefusing(play, [index, index + 1]);
    expect(twice.asked.slice(index - 1)).toEqual([...start, "no swapcont.kernel"]);
    expect(twice.answer).toBe(-Errno.ENOMEM);
    expect(play.kernel.slot(0, 1)).toMatchObject({ count: SwapMap.MAX, digits: [] });
    const once = forkRefusing(play, [index]);
    expect(once.asked.slice(index - 1)).toEqual([...start, "swapcont.kernel", "pid"]);
    expect(play.kernel.slot(0, 1)).toMatchObject({ count: SwapMap.MAX + 1, digits: [1] });
    expect(show(play)).toEqual({ P: "[s] (0,0,1)" });
    expect(play.kernel.check()).toEqual([]);
  });
});

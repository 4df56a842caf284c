/**
 * How long fork holds the two page-table locks (SPEC §6.9, B19 to B21): at most 4 copies or 32
 * empty entries between two chances for others, and one add of the counters for each hold.
 */
import { Madvise, MapFlag, PAGE_SIZE, PMD_SIZE } from "@forkpath/abi";
import { EventClass } from "@forkpath/events";
import { describe, expect, test } from "vitest";
import { BUILDS, createPlay, fork, map, type Play, pidOf, record, startPlay } from "./stage.ts";

/** Where a table begins, so that all pages are in one. */
const TABLE = 0x4000_0000;

/** Forks P; says for each time that the child's lock was held what was added under it. */
function holdsOfFork(play: Play, isBusy: boolean): { anon: number[]; child: number } {
  const { kernel } = play;
  const { sync } = kernel.machine.mm;
  const log = record(EventClass.LOCK | EventClass.MM);
  sync.needResched = () => isBusy;
  kernel.attach(log);
  const child = fork(play, "P", "C");
  kernel.attach(null);
  sync.needResched = null;
  const lockOfChild = log.events.findIndex(
    (event) => event.kind === "lock" && event.where === "copy_pte_range",
  );
  const anon: number[] = [];
  let sum = 0;
  for (const event of log.events.slice(lockOfChild)) {
    if (event.kind === "rss") sum += event.anon;
    // The parent's lock nests in the child's, which is given back last.
    if (event.kind !== "unlock" || event.where !== "copy_pte_range") continue;
    anon.push(sum);
    sum = 0;
  }
  return { anon: anon.filter((_sum, index) => index % 2 === 1), child };
}

describe.each(BUILDS)("%s", (_name, build) => {
  const mapPages = (play: Play, letters: string): number =>
    map(play, "P", letters, {
      addr: TABLE,
      flags: MapFlag.PRIVATE | MapFlag.ANONYMOUS | MapFlag.FIXED,
    });
  const letters = (letter: string, count: number): string => Array(count).fill(letter).join(" ");

  test("B19: if others always want the CPU, 100 pages take 25 holds of 4", () => {
    const play = createPlay(build);
    mapPages(play, letters("W", 100));
    const { anon, child } = holdsOfFork(play, true);
    expect(anon).toEqual(Array(25).fill(4));
    expect(play.kernel.process(child).memory?.rss).toEqual({ file: 0, anon: 100, swap: 0 });
    expect(play.kernel.check()).toEqual([]);
  });

  test("B20: 512 empty entries take 16 holds of 32, and leave the child an empty table", () => {
    const [play, kernel] = startPlay(build);
    mapPages(play, letters("-", PMD_SIZE / PAGE_SIZE));
    const parent = pidOf(play, "P");
    kernel.write(parent, TABLE);
    kernel.madvise(parent, TABLE, PMD_SIZE, Madvise.DONTNEED); // the table and the anon_vma stay
    const { anon, child } = holdsOfFork(play, true);
    expect(anon).toEqual(Array(16).fill(0));
    expect(kernel.process(child).memory).toMatchObject({ nrPtes: 1, rss: { anon: 0 } });
    expect(kernel.letters(child, TABLE, 3)).toBe("- - -");
    expect(kernel.check()).toEqual([]);
  });

  test("B21: if nobody does, 100 pages are one hold and one add", () => {
    const play = createPlay(build);
    mapPages(play, letters("W", 100));
    expect(holdsOfFork(play, false).anon).toEqual([100]);
    expect(play.kernel.check()).toEqual([]);
  });
});

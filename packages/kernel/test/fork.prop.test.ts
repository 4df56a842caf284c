/**
 * fork of any memory, against a model of one line for each kind of area; and back again: when the
 * child is gone, nothing is left of it (SPEC §5.8, §6.7, §6.10, I13).
 */
import { Madvise, MapFlag, PAGE_SIZE } from "@forkpath/abi";
import fc from "fast-check";
import { expect, test } from "vitest";
import { snapshot } from "./snapshot.ts";
import { BUILDS, createPlay, fork, map, mapFile, type Play, pidOf, show } from "./stage.ts";

/** What an area maps, and what happened to it before the fork. */
type Kind = "anon" | "swapped" | "dontfork" | "shared" | "file" | "sharedFile";
interface AreaPlan {
  readonly kind: Kind;
  /** One letter a page, as `kernel.touch` reads them. */
  readonly touches: readonly ("W" | "r" | "-")[];
}

/** A letter of the plan as the parent's entry before the fork. */
const ENTRIES: Readonly<Record<Kind, Readonly<Record<string, string>>>> = {
  anon: { W: "W", r: "z", "-": "-" },
  swapped: { W: "s", r: "z", "-": "-" },
  dontfork: { W: "W", r: "z", "-": "-" },
  shared: { W: "F", r: "F", "-": "-" },
  file: { W: "W", r: "f", "-": "-" },
  sharedFile: { W: "F", r: "f", "-": "-" },
};

/** The areas of parent and child after the fork; null where the child has none. */
function predict({ kind, touches }: AreaPlan): { parent: string; child: string | null } {
  const before = touches.map((letter) => ENTRIES[kind][letter]);
  const picture = (entries: readonly string[]): string => `[${entries.join(" ")}]`;
  if (kind === "dontfork") return { parent: picture(before), child: null };
  const isCopied = !kind.startsWith("shared") && touches.includes("W"); // it has an anon_vma
  if (!isCopied) return { parent: picture(before), child: picture(before.map(() => "-")) };
  const readOnly = before.map((entry) => (entry === "W" ? "r" : entry));
  return { parent: picture(readOnly), child: picture(readOnly) };
}

/** Two areas never touch each other, so that none are merged. */
const SPACING = 0x10_0000;
const BASE = 0x4000_0000;

function mapPlan(play: Play, { kind, touches }: AreaPlan, index: number): void {
  const { kernel } = play;
  const pid = pidOf(play, "P");
  const letters = touches.join(" ");
  const isShared = kind.startsWith("shared");
  const flags = (isShared ? MapFlag.SHARED : MapFlag.PRIVATE) | MapFlag.FIXED;
  const addr = BASE + index * SPACING;
  if (kind === "file" || kind === "sharedFile") mapFile(play, "P", letters, { flags, addr });
  else map(play, "P", letters, { flags: flags | MapFlag.ANONYMOUS, addr });
  const len = touches.length * PAGE_SIZE;
  if (kind === "swapped") kernel.reclaim(pid, { start: addr, end: addr + len });
  if (kind === "dontfork") kernel.madvise(pid, addr, len, Madvise.DONTFORK);
}

const count = (pictures: string, letters: string): number =>
  [...pictures].filter((letter) => letters.includes(letter)).length;
const withCounters = (pictures: readonly string[]): string => {
  const all = pictures.join(" ");
  const rss = [count(all, "fF"), count(all, "Wr"), count(all, "s")];
  return [...pictures, `(${rss.join()})`].join(" ");
};

const plans = fc.array(
  fc.record<AreaPlan>({
    kind: fc.constantFrom(...(Object.keys(ENTRIES) as Kind[])),
    touches: fc.array(fc.constantFrom("W", "r", "-"), { minLength: 1, maxLength: 5 }),
  }),
  { minLength: 1, maxLength: 5 },
);

test.each(BUILDS)("%s: a fork does what the model says, and can be undone", (_name, build) => {
  fc.assert(
    fc.property(plans, (areas) => {
      const play = createPlay(build);
      for (const [index, area] of areas.entries()) mapPlan(play, area, index);
      const before = snapshot(play.kernel);
      const child = fork(play, "P", "C");
      const predicted = areas.map(predict);
      expect(show(play)).toEqual({
        P: withCounters(predicted.map(({ parent }) => parent)),
        C: withCounters(predicted.flatMap((area) => area.child ?? [])),
      });
      expect(play.kernel.check()).toEqual([]);
      play.kernel.exit(child);
      play.kernel.wait(pidOf(play, "P"));
      play.kernel.machine.fork.totalForks = 0; // the one thing that remembers
      expect(snapshot(play.kernel)).toEqual(before);
      expect(play.kernel.check()).toEqual([]);
    }),
    { numRuns: 60, seed: 6 },
  );
});

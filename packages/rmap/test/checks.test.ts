/** The recounts themselves: each way to spoil a healthy state is found. */
import { type Mismatch, mismatchText } from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import {
  type AnonVma,
  type AnonVmaChain,
  allocFrame,
  checkRmap,
  createMemMap,
  freeFrame,
  type MemMap,
  PageFlag,
  pageAddNewAnonRmap,
} from "../src/index.ts";
import { check, createFamily, type Family, fork, freshVma, vmaOf, write } from "./family.ts";

describe("pages: frame 2 mapped once, frame 3 free, frame 4 pinned", () => {
  const OWNER = { id: 1, root: { id: 1 } };
  const healthy = (): MemMap => {
    const map = createMemMap({ pages: 8 });
    for (let frame = 2; frame < 5; frame++) allocFrame(map);
    pageAddNewAnonRmap(map, 2, OWNER, 0);
    freeFrame(map, 3);
    return map;
  };
  const recount = (map: MemMap): readonly Mismatch[] =>
    checkRmap(
      map,
      (pfn) => (pfn === 2 ? 1 : 0),
      (pfn) => (pfn === 4 ? 1 : 0),
    );

  test("nothing is wrong with them", () => expect(recount(healthy())).toEqual([]));

  test.each<[string, (map: MemMap) => void, string]>([
    ["a leaked reference", (map) => map.count[4]++, "I5: pfn 4: count is 2, but 1 counted"],
    ["a lost reference", (map) => map.count[2]--, "I5: pfn 2: count is 0, but 1 counted"],
    ["a leaked mapping", (map) => map.mapcount[2]++, "I4: pfn 2: mapcount is 2, but 1 counted"],
    [
      "a forgotten statistic",
      (map) => map.stats.nrAnonPages--,
      "pages: machine: nrAnonPages is 0, but 1 counted",
    ],
    [
      "a lost owner",
      (map) => (map.mapping[2] = 0),
      "pages: machine: nrFileMapped is 0, but 1 counted",
    ],
    [
      "a lost free frame",
      (map) => (map.freeHead = -1),
      "pages: machine: frames on the free list is 0, but 1 counted",
    ],
    [
      "a used page on the list",
      (map) => map.count[3]++,
      "pages: pfn 3: state is on the free list, not free",
    ],
    ["a circle", (map) => (map.index[3] = 3), "pages: machine: free list is a circle, not a list"],
    [
      "a dirty free page",
      (map) => (map.flags[3] = PageFlag.DIRTY),
      "pages: pfn 3: row of a free page is in use, not clear",
    ],
    [
      "a write beyond",
      (map) => map.mapcount[7]++,
      "pages: pfn 7: row of a free page is in use, not clear",
    ],
    [
      "a miscounted frame",
      (map) => map.framesInUse++,
      "pages: machine: framesInUse is 5, but 4 counted",
    ],
  ])("%s shows", (_, spoil, line) => {
    const map = healthy();
    spoil(map);
    expect(recount(map).map(mismatchText)).toContain(line);
  });
});

describe("anon_vmas: P forked C, and C forked G", () => {
  const healthy = (): Family => {
    const family = createFamily();
    write(family, "P");
    fork(family, "P", "C");
    fork(family, "C", "G");
    return family;
  };
  const own = (family: Family, name: string): AnonVma => vmaOf(family, name).anonVma!;
  const oldest = (family: Family, name: string): AnonVmaChain =>
    vmaOf(family, name).anonVmaChain[0];

  /** One vma on the same graph, that descends from nobody. */
  const strangers = (family: Family): Family["vmas"] => {
    const vmas: Family["vmas"] = new Map();
    write({ ...family, vmas }, "S");
    return vmas;
  };

  /** Lets the list of the root read P G C. */
  const swapLastTwo = (family: Family): void => {
    const [p, c, g] = ["P", "C", "G"].map((name) => oldest(family, name));
    [p.next, g.previous, g.next, c.previous, c.next] = [g, p, c, g, null];
    own(family, "P").chains.last = c;
  };

  test("nothing is wrong with them", () => expect(check(healthy())).toEqual([]));

  test.each<[string, (family: Family) => void, string]>([
    [
      "a leaked degree",
      (f) => own(f, "C").degree++,
      "anon_vma: anon_vma2: degree is 3, but 2 counted",
    ],
    [
      "a lost pin",
      (f) => own(f, "P").refcount--,
      "anon_vma: anon_vma1: refcount is 1, but 2 counted",
    ],
    [
      "a dead vma on a list",
      (f) => f.vmas.delete("G"),
      "anon_vma: anon_vma3: links in its list is 1, but 0 counted",
    ],
    [
      "a miscounted list",
      (f) => own(f, "P").chains.length++,
      "anon_vma: anon_vma1: length of its list is 4, but 3 counted",
    ],
    [
      "a child before its parent",
      swapLastTwo,
      "anon_vma: anon_vma2: order is its own, not that of anon_vma1's list",
    ],
    [
      "an early free",
      (f) => f.anonVmas.live.delete(2),
      "anon_vma: anon_vma2: state is linked to a vma, not freed",
    ],
    [
      "a lost anon_vma",
      (f) => (vmaOf(f, "G").anonVma = null),
      "anon_vma: anon_vma1: anon_vma of a linked vma is none, not one",
    ],
    [
      "a foreign anon_vma",
      (f) => (vmaOf(f, "P").anonVma = own(f, "G")),
      "anon_vma: anon_vma3: link to its own vma is none, not one",
    ],
    [
      "a link to another family",
      (f) => vmaOf(f, "G").anonVmaChain.push(oldest({ ...f, vmas: strangers(f) }, "S")),
      "anon_vma: anon_vma4: root is anon_vma4, not anon_vma1",
    ],
    [
      "a link in the wrong hands",
      (f) =>
        f.vmas.set("X", { ...freshVma("X"), anonVma: own(f, "P"), anonVmaChain: [oldest(f, "P")] }),
      "anon_vma: anon_vma1: vma of a link is another, not its own",
    ],
    [
      "an anon_vma that was not freed",
      (f) => {
        const stray = write(createFamily(), "S").anonVma!;
        f.anonVmas.live.set(
          9,
          Object.assign(stray, { degree: 0, chains: { first: null, last: null, length: 0 } }),
        );
      },
      "anon_vma: anon_vma1: state is alive, not free: nothing needs it",
    ],
  ])("%s shows", (_, spoil, line) => {
    const family = healthy();
    spoil(family);
    expect(check(family).map(mismatchText)).toContain(line);
  });
});

/** The recounts themselves: each way to spoil a healthy state is named in one line. */
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
  const recount = (map: MemMap): readonly string[] =>
    checkRmap(
      map,
      (pfn) => (pfn === 2 ? 1 : 0),
      (pfn) => (pfn === 4 ? 1 : 0),
    );

  test("nothing is wrong with them", () => expect(recount(healthy())).toEqual([]));

  test.each<[string, (map: MemMap) => void, string]>([
    [
      "a leaked reference",
      (map) => map.count[4]++,
      "page 0x4: count 2, but 1 references are known",
    ],
    ["a lost reference", (map) => map.count[2]--, "page 0x2: count 0, but 1 references are known"],
    ["a leaked mapping", (map) => map.mapcount[2]++, "page 0x2: mapcount 2, but 1 entries map it"],
    ["a forgotten statistic", (map) => map.stats.nrAnonPages--, "nrAnonPages is 0, but 1 pages"],
    ["a lost owner", (map) => (map.mapping[2] = 0), "nrFileMapped is 0, but 1 pages count for it"],
    ["a lost free frame", (map) => (map.freeHead = -1), "0 frames on the free list and 4 in use"],
    [
      "a used page on the list",
      (map) => map.count[3]++,
      "page 0x3: on the free list, but not a free",
    ],
    ["a circle", (map) => (map.index[3] = 3), "the free list runs in a circle"],
    ["a dirty free page", (map) => (map.flags[3] = PageFlag.DIRTY), "page 0x3: free, but its row"],
    ["a write beyond", (map) => map.mapcount[7]++, "page 0x7: free, but its row is not clear"],
    [
      "a miscounted frame",
      (map) => map.framesInUse++,
      "framesInUse is 5, but 4 pages count for it",
    ],
  ])("%s shows", (_, spoil, line) => {
    const map = healthy();
    spoil(map);
    expect(recount(map).join("\n")).toContain(line);
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
    ["a leaked degree", (f) => own(f, "C").degree++, "anon_vma2: degree 3, not 2"],
    ["a lost pin", (f) => own(f, "P").refcount--, "anon_vma1: references 1, not 2"],
    ["a dead vma on a list", (f) => f.vmas.delete("G"), "anon_vma3: links in its list 1, not 0"],
    [
      "a miscounted list",
      (f) => own(f, "P").chains.length++,
      "anon_vma1: length of its list 4, not 3",
    ],
    [
      "a child before its parent",
      swapLastTwo,
      "anon_vma2: its vmas are no subsequence of anon_vma1's",
    ],
    ["an early free", (f) => f.anonVmas.live.delete(2), "a vma is linked to anon_vma2, freed"],
    ["a lost anon_vma", (f) => (vmaOf(f, "G").anonVma = null), "a vma has links, but no anon_vma"],
    [
      "a foreign anon_vma",
      (f) => (vmaOf(f, "P").anonVma = own(f, "G")),
      "a vma is not linked to its own anon_vma3",
    ],
    [
      "a link to another family",
      (f) => vmaOf(f, "G").anonVmaChain.push(oldest({ ...f, vmas: strangers(f) }, "S")),
      "a vma is linked to anon_vma4, which has another root",
    ],
    [
      "a link in the wrong hands",
      (f) =>
        f.vmas.set("X", { ...freshVma("X"), anonVma: own(f, "P"), anonVmaChain: [oldest(f, "P")] }),
      "a link to anon_vma1 is another vma's",
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
      "anon_vma1: nobody needs it, but it was not freed",
    ],
  ])("%s shows", (_, spoil, line) => {
    const family = healthy();
    spoil(family);
    expect(check(family).join("\n")).toContain(line);
  });
});

/** SPEC §4.5, anon_vma_clone and anon_vma_fork: pictures of the graph before and after. */
import { Errno } from "@forkpath/abi";
import { ALL_EVENTS, attachSink, type KernelEvent } from "@forkpath/events";
import { failNth } from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import { type AnonVmas, forEachAnonVmaVma } from "../src/index.ts";
import { isUnused } from "../src/internal.ts";
import {
  check,
  createFamily,
  draw,
  type Family,
  fork,
  map,
  split,
  unmap,
  vmaOf,
  write,
} from "./family.ts";

/** P has written, and C and G descend from it: C from P, G from C. */
function threeGenerations(mayReuse?: AnonVmas["mayReuse"]): Family {
  const family = createFamily(mayReuse);
  write(family, "P");
  fork(family, "P", "C");
  fork(family, "C", "G");
  return family;
}

test("a child is linked to its parent's anon_vma and to one of its own", () => {
  const family = createFamily();
  write(family, "P");
  expect(draw(family)).toEqual({ vmas: { P: "A*" }, anonVmas: { A: "P | degree 2" } });

  expect(fork(family, "P", "C")).toBe(0);
  expect(draw(family)).toEqual({
    vmas: { P: "A*", C: "A B*" },
    anonVmas: { A: "P C | degree 3", B: "C | degree 1" },
  });
});

test("a grandchild is linked to all of its ancestors, and stands behind them in every list", () => {
  const family = threeGenerations();
  fork(family, "P", "S");
  expect(draw(family)).toEqual({
    vmas: { P: "A*", C: "A B*", G: "A B C*", S: "A D*" },
    anonVmas: {
      A: "P C G S | degree 4",
      B: "C G | degree 2",
      C: "G | degree 1",
      D: "S | degree 1",
    },
  });
  expect(vmaOf(family, "G").anonVma?.parent).toBe(vmaOf(family, "C").anonVma);
  expect(vmaOf(family, "G").anonVma?.root).toBe(vmaOf(family, "P").anonVma);
  expect(vmaOf(family, "P").anonVma?.refcount).toBe(3); // one pin for each descendant
});

test("a vma that was only read has no anon_vma, and its child gets none: SPEC §4.5/1", () => {
  const family = createFamily();
  map(family, "P");
  failNth(family.sync.gate, 0); // not even asked
  expect(fork(family, "P", "C")).toBe(0);
  expect(draw(family)).toEqual({ vmas: { P: "-", C: "-" }, anonVmas: {} });
  expect(family.sync.gate.count).toBe(0);
});

test("an ancestor's anon_vma without a vma of its own is reused instead of a new one", () => {
  const family = threeGenerations();
  unmap(family, "C");
  // B has no vma of its own any more, and one child: degree 1.
  expect(draw(family).anonVmas).toEqual({
    A: "P G | degree 3",
    B: "G | degree 1",
    C: "G | degree 1",
  });

  fork(family, "G", "H");
  expect(draw(family)).toEqual({
    vmas: { P: "A*", G: "A B C*", H: "A B* C" },
    anonVmas: { A: "P G H | degree 3", B: "G H | degree 2", C: "G H | degree 1" },
  });
  expect(check(family)).toEqual([]);
});

test("the anon_vma of the forking vma itself is never reused, whatever its degree", () => {
  const family = threeGenerations(); // B has degree 1
  expect(draw(family).vmas).toEqual({ P: "A*", C: "A B*", G: "A B C*" });
});

describe("D45: what was made for one vma can be taken for two more", () => {
  /** E has taken B from C, which is gone; C's child D has made X for itself, and has no child. */
  function createLeaf(mayReuse?: AnonVmas["mayReuse"]): Family {
    const family = createFamily(mayReuse);
    write(family, "P");
    fork(family, "P", "C");
    fork(family, "C", "D");
    unmap(family, "C");
    fork(family, "D", "E");
    expect(draw(family)).toEqual({
      vmas: { P: "A*", D: "A B C*", E: "A B* C" },
      anonVmas: { A: "P D E | degree 3", B: "D E | degree 2", C: "D E | degree 1" },
    });
    return family;
  }

  test("when its vma is gone, two children of another one take it", () => {
    const family = createLeaf();
    unmap(family, "D");
    fork(family, "E", "F");
    fork(family, "E", "G");
    const { vmas, anonVmas } = draw(family);
    expect([vmas.F, vmas.G]).toEqual(["A B C*", "A B C*"]);
    expect(anonVmas.C).toBe("E F G | degree 2");
    fork(family, "E", "H");
    expect(draw(family).vmas.H).toBe("A B C D*");
    expect(check(family)).toEqual([]);
  });

  test("while its vma lives, one more takes it: they are cousins, and share it", () => {
    const family = createLeaf();
    fork(family, "E", "F");
    expect(draw(family).vmas).toMatchObject({ D: "A B C*", E: "A B* C", F: "A B C*" });
    fork(family, "E", "G");
    expect(draw(family).vmas.G).toBe("A B C D*");
  });

  test("counted apart, users and children tell: one more takes it when its vma is gone, and no two", () => {
    const lives = createLeaf(isUnused);
    fork(lives, "E", "F");
    expect(draw(lives).vmas.F).toBe("A B C D*");
    const gone = createLeaf(isUnused);
    unmap(gone, "D");
    fork(gone, "E", "F");
    fork(gone, "E", "G");
    expect(draw(gone).vmas).toMatchObject({ F: "A B C*", G: "A B C D*" });
    expect([check(lives), check(gone)]).toEqual([[], []]);
  });

  test("two areas of one process take it though their links differ: one is no part of the other", () => {
    const family = createLeaf();
    split(family, "D", "D2");
    split(family, "E", "E2");
    fork(family, "E", "F");
    fork(family, "E2", "F2");
    unmap(family, "D");
    unmap(family, "D2");
    fork(family, "F", "G");
    fork(family, "F2", "G2");
    expect(draw(family).vmas).toMatchObject({
      F: "A B C D*",
      F2: "A B C E*",
      G: "A B C* D",
      G2: "A B C* E",
    });
    expect(check(family)).toEqual([]);
  });
});

test("where none is reused, each generation adds a link", () => {
  const family = threeGenerations(() => false);
  unmap(family, "C");
  fork(family, "G", "H");
  expect(draw(family).vmas.H).toBe("A B C D*");
});

test("forking and losing the parent, 1000 times over, keeps the graph small", () => {
  const family = createFamily();
  write(family, "0");
  for (let generation = 0; generation < 1000; generation++) {
    fork(family, `${generation}`, `${generation + 1}`);
    unmap(family, `${generation}`);
  }
  expect(family.anonVmas.live.size).toBeLessThanOrEqual(3);
  expect(check(family)).toEqual([]);
});

test("a split half shares the anon_vma of the whole, and counts for its degree", () => {
  const family = createFamily();
  write(family, "P");
  fork(family, "P", "C");
  expect(split(family, "C", "D")).toBe(0);
  expect(draw(family)).toEqual({
    vmas: { P: "A*", C: "A B*", D: "A B*" },
    anonVmas: { A: "P C D | degree 3", B: "C D | degree 2" },
  });
});

test("a vma that was never written to is split without any link", () => {
  const family = createFamily();
  map(family, "P");
  expect(split(family, "P", "Q")).toBe(0);
  expect(draw(family)).toEqual({ vmas: { P: "-", Q: "-" }, anonVmas: {} });
});

test("a chain is asked for under the lock first, and then once more without it", () => {
  const family = createFamily();
  write(family, "P");
  const events: string[] = [];
  attachSink(family.sync, { wants: ALL_EVENTS, emit: (event) => events.push(inWords(event)) });
  failNth(family.sync.gate, 0);
  expect(fork(family, "P", "C")).toBe(0);
  expect(events).toEqual([
    "lock anon_vma1.lock in anon_vma_clone",
    "avc refused",
    "unlock anon_vma1.lock in anon_vma_clone",
    "avc granted",
    "lock anon_vma1.lock in anon_vma_clone",
    "unlock anon_vma1.lock in anon_vma_clone",
    "anon_vma granted",
    "avc granted",
    "lock anon_vma1.lock in anon_vma_fork",
    "unlock anon_vma1.lock in anon_vma_fork",
  ]);
});

const inWords = (event: KernelEvent): string => {
  if (event.kind === "alloc") return `${event.what} ${event.ok ? "granted" : "refused"}`;
  if (event.kind === "lock" || event.kind === "unlock") {
    return `${event.kind} ${event.lock} in ${event.where}`;
  }
  return event.kind;
};

/** Requests of a fork of G, linked to A B C: three links, its anon_vma, and the link to that. */
const failures: readonly [string, readonly number[]][] = [
  ["the link to the oldest ancestor, asked twice", [0, 1]],
  ["the link to the second", [1, 2]],
  ["the link to the third, with two in place", [2, 3]],
  ["the anon_vma of its own", [3]],
  ["the link to its own", [4]],
];

test.each(failures)("without memory for %s, the fork leaves the graph as before", (_, refused) => {
  const family = threeGenerations();
  const before = draw(family);
  for (const index of refused) failNth(family.sync.gate, index);
  expect(fork(family, "G", "X")).toBe(-Errno.ENOMEM);
  expect(draw(family)).toEqual(before);
  expect(check(family)).toEqual([]);
  expect(family.sync.current.held).toEqual([]);
  expect(family.sync.gate.refused.size).toBe(0);
});

test("a failed clone forgets the anon_vma that it had picked for reuse, and its degree", () => {
  const family = threeGenerations();
  unmap(family, "C");
  const before = draw(family);
  failNth(family.sync.gate, 2); // the link after B, which was picked
  failNth(family.sync.gate, 3);
  expect(fork(family, "G", "H")).toBe(-Errno.ENOMEM);
  expect(draw(family)).toEqual(before);
});

test("reclaim meets the parent before the child, and can stop early: SPEC §4.7/1", () => {
  const family = createFamily();
  const owner = write(family, "P").anonVma!;
  fork(family, "P", "C");
  fork(family, "P", "D");
  const met: unknown[] = [];
  forEachAnonVmaVma(owner, (vma) => {
    met.push(vma);
    return vma !== vmaOf(family, "C");
  });
  expect(met).toEqual([vmaOf(family, "P"), vmaOf(family, "C")]);
  forEachAnonVmaVma(owner, (vma) => {
    met.push(vma);
  });
  expect(met.length).toBe(5);
});

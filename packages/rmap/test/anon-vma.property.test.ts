/** SPEC §4.5 over random histories: the recount holds, and each list follows the family tree. */
import { failNth } from "@forkpath/sync";
import fc from "fast-check";
import { expect, test } from "vitest";
import * as tree from "./family.ts";

const SEED = 20161004;

/** `at` picks one of the living vmas; `fail` lets the n-th request of the step fail. */
interface Step {
  readonly op: "map" | "write" | "fork" | "split" | "unmap";
  readonly at: number;
  readonly fail: number | null;
}

const step: fc.Arbitrary<Step> = fc.record({
  // Forks outnumber the rest, so that families reach their third and fourth generation.
  op: fc.constantFrom("map", "write", "fork", "fork", "fork", "split", "unmap"),
  at: fc.nat(),
  fail: fc.option(fc.nat(9), { freq: 4 }),
});

/** The plain model: for each vma that ever was, the names of those it descends from. */
type Ancestry = Map<string, readonly string[]>;

function take(family: tree.Family, ancestry: Ancestry, { op, at }: Step): number {
  const living = [...family.vmas.keys()];
  const name = living[at % living.length];
  const fresh = `v${ancestry.size}`;
  if (op === "map" || name === undefined) {
    family.vmas.set(fresh, tree.freshVma(fresh));
    ancestry.set(fresh, []);
    return 0;
  }
  if (op === "write") return tree.prepare(family, name);
  if (op === "unmap") {
    tree.unmap(family, name);
    return 0;
  }
  const ancestors = ancestry.get(name) ?? [];
  const status = (op === "fork" ? tree.fork : tree.split)(family, name, fresh);
  // A half is as old as the whole: it descends from the same vmas, and not from the whole.
  if (status === 0) ancestry.set(fresh, op === "fork" ? [...ancestors, name] : ancestors);
  return status;
}

/** In every list, nobody may stand before a vma that he descends from. */
function misplaced(family: tree.Family, ancestry: Ancestry): string[] {
  const lines: string[] = [];
  for (const anonVma of family.anonVmas.live.values()) {
    const behind = new Set<string>();
    for (let chain = anonVma.chains.last; chain !== null; chain = chain.previous) {
      const { name } = chain.vma as tree.NamedVma;
      for (const ancestor of ancestry.get(name) ?? []) {
        if (behind.has(ancestor)) lines.push(`${name} stands before ${ancestor}`);
      }
      behind.add(name);
    }
  }
  return lines;
}

test("after every step the recount holds, and parents stand before children", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const family = tree.createFamily();
      const ancestry: Ancestry = new Map();
      for (const each of steps) {
        if (each.fail !== null) failNth(family.sync.gate, each.fail);
        take(family, ancestry, each);
        expect(tree.check(family)).toEqual([]);
        expect(misplaced(family, ancestry)).toEqual([]);
        expect(family.sync.current.held).toEqual([]);
        family.sync.gate.refused.clear();
      }
    }),
    { seed: SEED, numRuns: 200 },
  );
});

test("a step that fails leaves the graph as it was", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), fc.nat(12), (steps, request) => {
      const family = tree.createFamily();
      const ancestry: Ancestry = new Map();
      for (const each of steps) take(family, ancestry, each);
      const before = tree.draw(family);
      // Two in a row, since a link is asked for twice.
      failNth(family.sync.gate, request);
      failNth(family.sync.gate, request + 1);
      const status = take(family, ancestry, { op: "fork", at: request, fail: null });
      fc.pre(status !== 0);
      expect(tree.draw(family)).toEqual(before);
    }),
    { seed: SEED, numRuns: 200 },
  );
});

test("when all vmas are gone, in any order, so is every anon_vma", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.array(fc.nat()), (steps, order) => {
      const family = tree.createFamily();
      const ancestry: Ancestry = new Map();
      for (const each of steps) take(family, ancestry, each);
      for (let round = 0; family.vmas.size > 0; round++) {
        take(family, ancestry, { op: "unmap", at: order[round] ?? 0, fail: null });
      }
      expect(family.anonVmas.live.size).toBe(0);
    }),
    { seed: SEED, numRuns: 200 },
  );
});

/**
 * Long random histories against a model that cannot be wrong: a Map from address to entry.
 *
 * Mappings stand in slots of 1 MiB, spread so that neighbours share tables at every level. Mapping
 * touches random pages; unmapping clears them and frees tables between the nearest survivors, as
 * munmap does. After each step the recount must be clean, and the entries the Map's.
 */
import { virtAddr } from "@forkpath/abi";
import { failNth } from "@forkpath/sync";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  checkPageTables,
  clearPte,
  findPteCell,
  formatPte,
  freePgdRange,
  NO_CELL,
  peekEntry,
  pokeEntry,
} from "../src/index.ts";
import { createOwner, createWorld, MiB, showPtes, showTree, touch, type World } from "./draw.ts";

/** Starts of the slots: pairs share a pte table, fours a pmd table, eights a pud table. */
const SLOTS = [0, 2 ** 30, 2 ** 39, 2 ** 46].flatMap((base) =>
  [0, 1, 2, 3, 512, 513].map((slot) => base + slot * MiB),
);
const PAGES_OF_SLOT = 256;

interface History {
  readonly world: World;
  /** Mapped slots. */
  readonly mapped: Set<number>;
  /** Address to entry. */
  readonly entries: Map<number, bigint>;
}

type Step =
  | { readonly kind: "touch"; slot: number; page: number; value: bigint; failing: boolean }
  | { readonly kind: "unmap"; slot: number };

const slot = fc.integer({ min: 0, max: SLOTS.length - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("touch" as const),
      slot,
      page: fc.nat(PAGES_OF_SLOT - 1),
      value: fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }),
      failing: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("unmap" as const), slot }) },
);

function touchPage(
  { world, mapped, entries }: History,
  one: Extract<Step, { kind: "touch" }>,
): void {
  const addr = SLOTS[one.slot] + one.page * 4096;
  mapped.add(one.slot);
  if (one.failing) failNth(world.sync.gate, 1);
  const cell = touch(world, addr);
  world.sync.gate.refused.clear();
  if (cell === NO_CELL) return;
  pokeEntry(world.tables, cell, one.value);
  entries.set(addr, one.value);
}

function unmap({ world, mapped, entries }: History, gone: number): void {
  const { sync, tables, owner } = world;
  const start = SLOTS[gone];
  for (const addr of [...entries.keys()].filter((one) => one >= start && one < start + MiB)) {
    clearPte(tables, findPteCell(tables, owner.pgd, virtAddr(addr)));
    entries.delete(addr);
  }
  mapped.delete(gone);
  const below = [...mapped].filter((one) => one < gone).map((one) => SLOTS[one] + MiB);
  const above = [...mapped].filter((one) => one > gone).map((one) => SLOTS[one]);
  const ceiling = above.length > 0 ? Math.min(...above) : 0;
  freePgdRange(sync, tables, owner, start, start + MiB, Math.max(0, ...below), ceiling);
}

function expectSame({ world, entries }: History): void {
  expect(checkPageTables(world.tables, [world.owner])).toEqual([]);
  const wanted = [...entries].sort(([a], [b]) => a - b);
  expect(Object.entries(showPtes(world))).toEqual(
    wanted.map(([addr, value]) => [`0x${addr.toString(16)}`, `0x${value.toString(16)}`]),
  );
  for (const [addr, value] of wanted) {
    const cell = findPteCell(world.tables, world.owner.pgd, virtAddr(addr));
    expect(peekEntry(world.tables, cell)).toBe(value);
  }
}

test("any history of touching and unmapping keeps entries and recount right", () => {
  fc.assert(
    fc.property(fc.boolean(), fc.array(step, { maxLength: 40 }), (split, steps) => {
      const history: History = { world: createWorld(split), mapped: new Set(), entries: new Map() };
      for (const one of steps) {
        if (one.kind === "touch") touchPage(history, one);
        else unmap(history, one.slot);
        expectSame(history);
      }
      for (const left of [...history.mapped]) unmap(history, left);
      expectSame(history);
      expect(showTree(history.world)).toEqual([]); // nobody is left, so no table is
    }),
    { seed: 8, numRuns: 60 },
  );
});

test("two spaces in one pool never see each other's entries", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), slot), { maxLength: 40 }), (touches) => {
      const first = createWorld();
      const second: World = { ...first, owner: createOwner(first.sync, first.tables, "src") };
      touches.forEach(([isFirst, index], count) => {
        const world = isFirst ? first : second;
        pokeEntry(world.tables, touch(world, SLOTS[index]), BigInt(count + 1));
      });
      const last = (wanted: boolean): Record<string, string> =>
        Object.fromEntries(
          touches
            .map(([isFirst, index], count) => [isFirst, SLOTS[index], count + 1] as const)
            .filter(([isFirst]) => isFirst === wanted)
            .map(([, addr, value]) => [`0x${addr.toString(16)}`, formatPte(value, 0)]),
        );
      expect(showPtes(first)).toEqual(last(true));
      expect(showPtes(second)).toEqual(last(false));
      expect(checkPageTables(first.tables, [first.owner, second.owner])).toEqual([]);
    }),
    { seed: 9, numRuns: 60 },
  );
});

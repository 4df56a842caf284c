/**
 * Random histories of a family, and random schedules of paths that meet at its pages: whatever
 * happens, counters, references, slots and graph add up (SPEC §0.6 I1 to I7).
 */
import type { Pfn } from "@forkpath/abi";
import type { KernelThread } from "@forkpath/sync";
import { run, runInterleaved } from "@forkpath/test-world";
import { access, createFamily, fork } from "@forkpath/test-world/family";
import * as look from "@forkpath/test-world/family-looks";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  migrateEnd,
  migratePagesBegin,
  reclaimPages,
  sysSwapoff,
  sysSwapon,
  touch,
} from "../../src/index.ts";

const PAGES = 3;
const SEED = { seed: 20260418 };

const member = fc.constantFrom("P", "C", "G");
const page = fc.nat(PAGES - 1);

/** One thing that happens to a family, run to its end. */
const event = fc.oneof(
  fc.record({ what: fc.constantFrom("read", "write", "reclaim", "migrate"), member, page }),
  fc.record({ what: fc.constant("fork"), member, page }),
  fc.record({ what: fc.constant("swapoff"), member, page }),
);
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

function happen(family: look.Family, { what, member: name, page: index }: Event): void {
  const { env } = family;
  if (what === "fork") {
    const heir = name === "C" ? "G" : "C";
    const parent = name === "C" && family.members.has("C") ? "C" : "P";
    if (!family.members.has(heir)) fork(family, parent, heir);
  } else if (what === "swapoff") {
    expect(run(sysSwapoff(env, look.mmOf(family, "P"), 0))).toBe(0);
    expect(sysSwapon(env, { max: 64 })).toBe(0);
  } else if (family.members.has(name)) {
    happenToPage(family, what, name, index);
  }
}

function happenToPage(family: look.Family, what: string, name: string, index: number): void {
  const { env } = family;
  const start = look.addressOf(index);
  switch (what) {
    case "read":
    case "write":
      access(family, name, index, what === "write");
      break;
    case "reclaim":
      run(reclaimPages(env, look.mmOf(family, name), { start, end: look.addressOf(index + 1) }));
      break;
    default:
      if (/[Wr]/.test(look.show(family)[name].split(" ")[index])) {
        run(migrate(family, look.frameOf(family, name, index)));
      }
  }
}

/** Both halves; a page that cannot be moved stays. */
function* migrate({ env }: look.Family, frame: Pfn): KernelThread<void> {
  const [migration] = yield* migratePagesBegin(env, [frame]);
  if (migration !== undefined) yield* migrateEnd(env, migration);
}

test.each([true, false])("histories add up, splitPtlocks %s", (splitPtlocks) => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      const family = createFamily("W W -", { splitPtlocks });
      for (const one of events) {
        happen(family, one);
        expect(look.recount(family)).toEqual([]);
      }
    }),
    { ...SEED, numRuns: 50 },
  );
});

describe("schedules", () => {
  const picks = fc.array(fc.nat(5), { minLength: 20, maxLength: 200 });
  const RACES: readonly [string, (family: look.Family) => KernelThread<unknown>[]][] = [
    [
      "two faults on one swapped page, and reclaim",
      (family) => [
        touch(family.env, look.mmOf(family, "P"), look.addressOf(0), true),
        touch(family.env, look.mmOf(family, "C"), look.addressOf(0), false),
        reclaimPages(family.env, look.mmOf(family, "P")),
      ],
    ],
    [
      "swapoff, a fault and reclaim",
      (family) => [
        sysSwapoff(family.env, look.mmOf(family, "P"), 0),
        touch(family.env, look.mmOf(family, "C"), look.addressOf(0), true),
        reclaimPages(family.env, look.mmOf(family, "C")),
      ],
    ],
    [
      "migration, a fault and reclaim of the same page",
      (family) => [
        migrate(family, look.frameOf(family, "P", 1)),
        touch(family.env, look.mmOf(family, "C"), look.addressOf(1), true),
        reclaimPages(family.env, look.mmOf(family, "C"), { start: look.addressOf(1) }),
      ],
    ],
    [
      "two reclaimers",
      (family) => [
        reclaimPages(family.env, look.mmOf(family, "P")),
        reclaimPages(family.env, look.mmOf(family, "C")),
      ],
    ],
  ];

  test.each(
    RACES.flatMap(([name, paths]) =>
      [true, false].map((splitPtlocks) => ({ name, paths, splitPtlocks })),
    ),
  )("$name, splitPtlocks $splitPtlocks", ({ paths, splitPtlocks }) => {
    fc.assert(
      fc.property(picks, (order) => {
        const family = createFamily("W W -", { splitPtlocks });
        fork(family, "P", "C");
        run(reclaimPages(family.env, look.mmOf(family, "P"), { end: look.addressOf(1) }));
        expect(look.show(family)).toEqual({ P: "s r - (0,1,1)", C: "s r' - (0,1,1)" });
        runInterleaved(family.env, paths(family), order.values());
        expect(look.recount(family)).toEqual([]);
      }),
      { ...SEED, numRuns: 50 },
    );
  });
});

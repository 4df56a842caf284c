/** What a live 6.18 does in mremap, each beside what the releases before it do. */
import { Errno, Mremap, PAGE_SIZE, rulesOf } from "@forkpath/abi";
import { pageTableRules } from "@forkpath/page-table";
import { run, type Space } from "@forkpath/test-world";
import { lock, protect } from "@forkpath/test-world/area-calls";
import { at } from "@forkpath/test-world/area-looks";
import { createSpace, map, READ, spaceOn, testOn } from "@forkpath/test-world/areas";
import { expect, test } from "vitest";
import { findVma, mmRules, sysMremap, touch } from "../../src/index.ts";

/** Pages [0, from) become [to, to + count). */
const move = ({ env, mm }: Space, from: number, to: number, count: number): number =>
  run(
    sysMremap(env, mm, {
      addr: at(0),
      oldLen: from * PAGE_SIZE,
      newLen: count * PAGE_SIZE,
      flags: Mremap.MAYMOVE | Mremap.FIXED,
      newAddr: at(to),
    }),
  );

test.each([
  ["el6", 4],
  ["v6.12", 4],
  ["v6.18", 8],
] as const)("on %s a move that is refused leaves %d pages of the old range", (kernel, left) => {
  const space = spaceOn(kernel);
  map(space, 0, 8);
  map(space, 16, 4);
  protect(space, 0, 1, READ);
  expect(move(space, 8, 16, 4)).toBe(-Errno.EFAULT);
  const pages = space.mm.vmas.reduce((sum, { start, end }) => sum + (end - start) / PAGE_SIZE, 0);
  expect(pages).toBe(kernel === "v6.18" ? left + 4 : left);
});

testOn({ "v6.12": 0, "v6.18": 1 }, "a move of untouched pages makes %s tables", (space, made) => {
  const { env, mm } = space;
  map(space, 0, 4);
  map(space, 1024, 1); // in another pte table of the same pmd table
  run(touch(env, mm, at(1024), true));
  const tables = (): number => env.tables.liveTables.reduce((sum, live) => sum + live, 0);
  const before = tables();
  const flags = Mremap.MAYMOVE | Mremap.DONTUNMAP | Mremap.FIXED;
  const newAddr = 2 ** 46;
  const len = 4 * PAGE_SIZE;
  run(sysMremap(env, mm, { addr: at(0), oldLen: len, newLen: len, flags, newAddr }));
  expect(tables() - before).toBe(made);
});

testOn(
  { "v6.12": 4, "v6.18": 8 },
  "%s pages count as locked when 4 move and their range stays",
  (space, locked) => {
    map(space, 0, 4);
    lock(space, 0, 4);
    const { env, mm } = space;
    const len = 4 * PAGE_SIZE;
    const flags = Mremap.MAYMOVE | Mremap.DONTUNMAP;
    run(sysMremap(env, mm, { addr: at(0), oldLen: len, newLen: len, flags }));
    expect(mm.lockedVm).toBe(locked);
  },
);

test("an area of which a part moves keeps its anon_vma where its range stays", () => {
  const space = spaceOn("v6.12");
  const { env, mm } = space;
  map(space, 0, 2);
  run(touch(env, mm, at(0), true));
  run(touch(env, mm, at(1), true));
  const leave = (page: number, count: number): number => {
    const len = count * PAGE_SIZE;
    const flags = Mremap.MAYMOVE | Mremap.DONTUNMAP;
    return run(sysMremap(env, mm, { addr: at(page), oldLen: len, newLen: len, flags }));
  };
  const has = (): boolean => findVma(mm, at(0))?.anonVma !== null;
  expect([leave(0, 1) > 0, has()]).toEqual([true, true]);
  expect([leave(1, 1) > 0, has()]).toEqual([true, true]);
  expect([leave(0, 2) > 0, has()]).toEqual([true, false]);
});

test("on v6.18 what moves must be of one area; what the range has behind it is unmapped", () => {
  const space = spaceOn("v6.18");
  map(space, 0, 8);
  protect(space, 0, 1, READ);
  expect(move(space, 8, 16, 1)).toBe(at(16));
  expect(space.mm.vmas.map(({ start, end }) => [start, end])).toEqual([[at(16), at(17)]]);
});

test.each([
  ["v4.14", 2],
  ["v6.18", 1],
] as const)(
  "on %s a whole table's move leaves %d pte tables where its range stays",
  (kernel, left) => {
    const base = rulesOf(mmRules, kernel);
    const space = createSpace({ rules: { ...base, mremap: rulesOf(mmRules, "v6.18").mremap } });
    const { env, mm } = space;
    const size = 512 * PAGE_SIZE;
    const from = Math.ceil(at(0) / size) * size;
    map(space, (from - at(0)) / PAGE_SIZE, 512);
    run(touch(env, mm, from, true));
    const flags = Mremap.MAYMOVE | Mremap.FIXED | Mremap.DONTUNMAP;
    const newAddr = from + 4 * size;
    run(sysMremap(env, mm, { addr: from, oldLen: size, newLen: size, flags, newAddr }));
    expect(mm.nrPtes).toBe(left);
  },
);

test("a whole table's move takes the locks of both pmd tables, and one step", () => {
  const [rules, tables] = [rulesOf(mmRules, "v6.18"), rulesOf(pageTableRules, "v6.18")];
  const space = createSpace({ rules, pageTableRules: tables });
  const { env, mm } = space;
  const size = 512 * PAGE_SIZE;
  const from = Math.ceil(at(0) / size) * size;
  map(space, (from - at(0)) / PAGE_SIZE, 512);
  run(touch(env, mm, from, true));
  env.sync.interleaved = true;
  const newAddr = from + 512 * size; // of another pmd table
  const flags = Mremap.MAYMOVE | Mremap.FIXED;
  const request = { addr: from, oldLen: size, newLen: size, flags, newAddr };
  const steps = [...sysMremap(env, mm, request)].map(({ label }) => label);
  const onTables = steps.filter((label) => /^P\.p|^pte/.test(label));
  expect(onTables).toEqual(["P.pmd", "P.pmd", "pte", "P.pmd", "P.pmd", "pte"]);
});

/** How an address space begins and ends: mm_init, mmput, mmdrop, exe_file (SPEC §5.3, §5.4). */
import { failNth, InvariantError } from "@forkpath/sync";
import { addFile, recount, recountMachine, run, type Space } from "@forkpath/test-world";
import { write } from "@forkpath/test-world/area-calls";
import { createSpace, map } from "@forkpath/test-world/areas";
import { expect, test } from "vitest";
import { type MmStruct, mmAlloc, mmput } from "../../src/index.ts";
import { dupMmExeFile, mmdrop, mmFreePgd, mmInit, setMmExeFile } from "../../src/internal.ts";

/** A new address space on the machine of `space`. */
function alloc({ env, mm }: Space): MmStruct {
  const made = run(mmAlloc(env, mm));
  if (made === null) throw new Error("no memory");
  return made;
}

test("a new mm has one user, one reference, a page directory, and its creator's dump flags", () => {
  const space = createSpace();
  space.mm.flags = 0x7_ffff;
  const mm = alloc(space);
  expect(mm).toMatchObject({ mmUsers: 1, mmCount: 1, nrPtes: 0, defFlags: 0, mapCount: 0 });
  expect(mm.flags).toBe(0x4_01ff); // dumpable, dump filter, COMPAT
  expect(recountMachine(space.env, [space.mm, mm])).toEqual([]);
});

test("a kernel thread's new mm has the default dump filter", () => {
  const { env } = createSpace();
  const mm = run(mmAlloc(env, null));
  expect(mm?.flags).toBe(0x23 << 2); // coredump_filter 0x23
});

test.each([
  [0, "the struct"],
  [1, "the page directory"],
])("request %i is refused: no mm, for want of %s", (nth) => {
  const space = createSpace();
  failNth(space.env.sync.gate, nth);
  expect(run(mmAlloc(space.env, space.mm))).toBeNull();
  expect(recount(space)).toEqual([]);
});

test("mm_init keeps what it does not name, as dup_mm needs it", () => {
  const space = createSpace();
  const mm = alloc(space);
  mmFreePgd(space.env, mm);
  Object.assign(mm, { mmUsers: 7, nrPtes: 3, defFlags: 0x2000, coreState: true, binfmt: "elf" });
  mm.usage.totalVm = 12;
  expect(mmInit(space.env, mm, space.mm)).toBe(true);
  expect(mm).toMatchObject({ mmUsers: 1, nrPtes: 0, defFlags: 0, coreState: false });
  expect([mm.usage.totalVm, mm.binfmt]).toEqual([12, "elf"]);
});

test("mmput: only the last user tears down, only the last reference frees the directory", () => {
  const space = createSpace();
  const { env, mm } = space;
  map(space, 0, 3);
  write(space, 0, 1);
  mm.mmUsers = 2;
  mm.mmCount = 2; // somebody borrows the directory
  run(mmput(env, mm));
  expect([mm.mmUsers, mm.vmas.length]).toEqual([1, 1]);
  mm.binfmt = "elf";
  run(mmput(env, mm));
  expect([mm.mmUsers, mm.mmCount, mm.vmas.length, mm.binfmt]).toEqual([0, 1, 0, null]);
  expect(env.tables.liveTables).toEqual([0, 0, 0, 1]);
  mmdrop(env, mm);
  expect(env.tables.liveTables).toEqual([0, 0, 0, 0]);
  expect(env.commit.committed).toBe(0);
});

test("mmput and mmdrop notice a reference that nobody had", () => {
  const { env, mm } = createSpace();
  run(mmput(env, mm));
  expect(() => run(mmput(env, mm))).toThrow(InvariantError);
  expect(() => mmdrop(env, mm)).toThrow("has -1 references after mmdrop");
});

test("exe_file is a reference, exchanged whole, and dropped with the last user", () => {
  const space = createSpace();
  const { env, mm } = space;
  const file = addFile(space);
  mm.numExeFileVmas = 3;
  setMmExeFile(env, mm, file);
  expect([file.count, mm.numExeFileVmas]).toEqual([2, 0]);
  mm.numExeFileVmas = 2;
  const copy = alloc(space);
  dupMmExeFile(copy, mm);
  expect([file.count, copy.numExeFileVmas]).toEqual([3, 2]);
  setMmExeFile(env, mm, null);
  run(mmput(env, copy));
  expect([file.count, copy.exeFile]).toEqual([1, null]);
});

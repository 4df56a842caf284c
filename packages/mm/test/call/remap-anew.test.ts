/** L27/D6: remap_file_pages from 4.0 on, which maps the pages of the file anew. */
import { Errno, PAGE_SIZE, Prot, rulesOf, VmFlag } from "@forkpath/abi";
import { createFamily } from "@forkpath/test-world/family";
import * as look from "@forkpath/test-world/family-looks";
import { describe, expect, test } from "vitest";
import { mmRules } from "../../src/index.ts";
import { createShared, indexAt, NONBLOCK, remap } from "./remap.ts";

const rules = rulesOf(mmRules, "v6.18");

const createLater = (letters: string): look.Family => createShared(letters, { rules });

describe("from 4.0 on (L27/D6): the pages become areas of their own", () => {
  test("the range is mapped anew, linear, and brought at once unless NONBLOCK says otherwise", () => {
    const family = createLater("W W W W");
    expect(remap(family, 1, 1, 3)).toBe(0);
    const areas = look
      .mmOf(family, "P")
      .vmas.map(({ start, end, pgoff, flags }) => [
        (start - look.addressOf(0)) / PAGE_SIZE,
        (end - look.addressOf(0)) / PAGE_SIZE,
        pgoff,
        flags & VmFlag.NONLINEAR,
      ]);
    expect(areas).toEqual([
      [0, 1, 0, 0],
      [1, 2, 3, 0],
      [2, 4, 2, 0],
    ]);
    expect([0, 1, 2, 3].map((page) => indexAt(family, page))).toEqual([0, 3, 2, 3]);
    expect(remap(family, 2, 1, 0, NONBLOCK)).toBe(0);
    expect(look.show(family).P).toMatch(/^F F - F/);
    expect(look.recount(family)).toEqual([]);
  });

  test("advice about the old pages is gone, as after an mmap; locked they stay", () => {
    const family = createLater("W W W W");
    const [vma] = look.mmOf(family, "P").vmas;
    const advised = VmFlag.DONTCOPY + VmFlag.RAND_READ + VmFlag.HUGEPAGE + VmFlag.MAYBE_GUARD;
    const own = vma.flags - (vma.flags & VmFlag.LOCKED) + VmFlag.LOCKED;
    vma.flags = own + advised;
    expect(remap(family, 1, 1, 3)).toBe(0);
    const flags = look.mmOf(family, "P").vmas.map((area) => area.flags);
    expect(flags).toEqual([own + advised, own, own + advised]);
  });

  test("the range may be of several areas that adjoin, of one file and with the same flags", () => {
    const family = createLater("W W W W");
    expect(remap(family, 1, 1, 3)).toBe(0);
    expect(look.mmOf(family, "P").vmas.length).toBe(3);
    expect(remap(family, 0, 3, 1)).toBe(0);
    expect([0, 1, 2, 3].map((page) => indexAt(family, page))).toEqual([1, 2, 3, 3]);
    look.vmaOf(family, "P").flags += VmFlag.DONTCOPY;
    expect(remap(family, 0, 4, 0)).toBe(-Errno.EINVAL);
    expect(look.recount(family)).toEqual([]);
  });

  test("what is no shared mapping of a file, or not mapped to its end, is -EINVAL", () => {
    const family = createFamily("W W", { rules });
    expect(remap(family, 0, 1, 1)).toBe(-Errno.EINVAL);
    const copied = createFamily("W W", { rules, file: "shmem" });
    expect(remap(copied, 0, 1, 1)).toBe(-Errno.EINVAL);
    const shared = createLater("W W");
    expect([remap(shared, 1, 2, 0), remap(shared, 0, 1, 0, { prot: Prot.READ })]).toEqual([
      -Errno.EINVAL,
      -Errno.EINVAL,
    ]);
    expect(look.mmOf(shared, "P").vmas.length).toBe(1);
  });
});

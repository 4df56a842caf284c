/** What later kernels do otherwise in the calls about areas, each beside what el6 does. */
import { errnoName, type KernelName, MapFlag, Mremap, VmFlag } from "@forkpath/abi";
import { addFile, forkSpace, recount, run, type Space } from "@forkpath/test-world";
import { lock, protect, remap, unlock, unmap, write } from "@forkpath/test-world/area-calls";
import {
  areaAt,
  at,
  bytesOf,
  entries,
  hasFlag,
  pageOf,
  showAreas,
} from "@forkpath/test-world/area-looks";
import { map, NONE, READ, RW, SHARED_ANONYMOUS, spaceOn, testOn } from "@forkpath/test-world/areas";
import { describe, expect, test } from "vitest";
import { type MmLimits, sysBrk, sysMmap, sysMremap, touch } from "../../src/index.ts";
import { NO_LIMITS } from "../../src/internal.ts";

describe("brk", () => {
  testOn(
    { el6: 6, "v5.14": 6, "v6.1": 8, "v6.18": 8 },
    "a heap whose end was unmapped is %s pages long when it shrinks",
    (space, left) => {
      const { layout } = space.mm;
      layout.startBrk = at(0);
      layout.brk = at(0);
      run(sysBrk(space.env, space.mm, at(8)));
      unmap(space, 6, 2);
      expect(run(sysBrk(space.env, space.mm, at(6)))).toBe(at(left));
      expect(run(sysBrk(space.env, space.mm, at(5)))).toBe(at(5)); // a page of it is there
    },
  );
});

describe("mprotect", () => {
  testOn(
    { el6: 8, "v6.1": 8, "v6.12": 5 },
    "leaves %s pages promised: three untouched ones become read-only",
    (space, left) => {
      map(space, 0, 8);
      protect(space, 2, 3, READ);
      expect(space.env.commit.committed).toBe(left);
      expect(hasFlag(space, 2, VmFlag.ACCOUNT)).toBe(left === 8);
      expect(recount(space)).toEqual([]);
    },
  );

  test("what was written, and what has a file, stays promised", () => {
    const space = spaceOn("v6.18");
    map(space, 0, 2);
    write(space, 0);
    map(space, 4, 2, { file: addFile(space) });
    protect(space, 0, 6, READ);
    protect(space, 0, 2, READ);
    protect(space, 4, 2, READ);
    expect(space.env.commit.committed).toBe(4);
  });

  testOn(
    { el6: "0", "v4.14": "-ENOMEM" },
    "answers %s to more writable memory than RLIMIT_DATA, unless it is data already",
    (space, answer) => {
      const limits: MmLimits = { ...NO_LIMITS, data: bytesOf(3) };
      map(space, 0, 2);
      map(space, 4, 2, { prot: READ });
      expect(protect(space, 4, 2, RW, limits)).toBe(answer);
      expect(protect(space, 4, 1, RW, limits)).toBe("0");
      expect(recount(space)).toEqual([]);
    },
  );

  test("locked memory that becomes writable is filled, from v4.4 on", () => {
    const letters = (kernel: KernelName): string => {
      const space = spaceOn(kernel);
      map(space, 0, 2, { prot: READ });
      lock(space, 0, 2);
      protect(space, 0, 2, RW);
      return entries(space, 0, 2);
    };
    expect([letters("v3.10"), letters("v4.4")]).toEqual(["zc zc", "W W"]);
  });
});

test("FIXED_NOREPLACE maps nowhere else, from rhel8 on; before, the address is a wish", () => {
  const places = (kernel: KernelName): (number | string)[] => {
    const { env, mm } = spaceOn(kernel);
    const flags = MapFlag.PRIVATE | MapFlag.ANONYMOUS | MapFlag.FIXED_NOREPLACE;
    const ask = (page: number): number =>
      run(sysMmap(env, mm, { addr: at(page), len: bytesOf(2), prot: RW, flags }));
    return [ask(4), ask(5), ask(6)].map((addr) => (addr < 0 ? errnoName(addr) : addr - at(0)));
  };
  expect(places("rhel8")).toEqual([bytesOf(4), "-EEXIST", bytesOf(6)]);
  const [first, elsewhere, third] = places("v4.14");
  expect([first, third]).toEqual([bytesOf(4), bytesOf(6)]);
  expect(elsewhere).toBeGreaterThan(bytesOf(8));
});

describe("RLIMIT_DATA", () => {
  const limits: MmLimits = { ...NO_LIMITS, data: bytesOf(2) };

  test("counts private writable memory of every kind, and nothing else", () => {
    const space = spaceOn("v6.18");
    expect(map(space, 0, 2, { limits })).toBe("0");
    expect(map(space, 4, 1, { limits })).toBe("-ENOMEM");
    expect(map(space, 4, 1, { prot: READ, limits })).toBe("0");
    expect(map(space, 8, 1, { flags: SHARED_ANONYMOUS, limits })).toBe("0");
    expect(remap(space, 0, 2, 3, { limits })).toBe("-ENOMEM");
    expect(space.mm.usage).toMatchObject({ totalVm: 4, dataVm: 2 });
    expect(recount(space)).toEqual([]);
  });

  test("el6 holds nothing but brk against it", () => {
    expect(map(spaceOn("el6"), 0, 9, { limits })).toBe("0");
  });

  test("the heap counts as data", () => {
    const space = spaceOn("v4.14");
    space.mm.layout.startBrk = at(0);
    space.mm.layout.brk = at(0);
    run(sysBrk(space.env, space.mm, at(5)));
    expect(space.mm.usage.dataVm).toBe(5);
    expect(recount(space)).toEqual([]);
  });
});

describe("merging", () => {
  /** A read-only area without pages beside an inherited one, made writable. */
  const besideInherited = (kernel: KernelName): string => {
    const parent = spaceOn(kernel);
    map(parent, 0, 2);
    write(parent, 0);
    const child = { env: parent.env, mm: forkSpace(parent, "C").mm };
    map(child, 2, 2);
    return showAreas(child);
  };

  test("a new area does not join one that was inherited", () => {
    expect([besideInherited("el6"), besideInherited("v6.18")]).toEqual(["[ww][ww]", "[ww][ww]"]);
  });

  testOn(
    { "v6.1": "[ww][ww]", "v6.18": "[wwww]" },
    "an area without an anon_vma and one that has one come to %s",
    (space, picture) => {
      map(space, 0, 2);
      map(space, 2, 2, { flags: MapFlag.PRIVATE | MapFlag.ANONYMOUS | MapFlag.LOCKED });
      unlock(space, 2, 2);
      expect(showAreas(space)).toBe(picture);
      expect(recount(space)).toEqual([]);
    },
  );
});

describe("mremap", () => {
  /** Two areas that touch, with a page each, moved to page 16. */
  const moveTwo = (kernel: KernelName): [number | string, string] => {
    const space = spaceOn(kernel);
    map(space, 0, 2);
    map(space, 2, 2, { prot: READ });
    write(space, 1);
    const moved = remap(space, 0, 4, 4, { to: 16 });
    expect(recount(space)).toEqual([]);
    return [moved, showAreas(space)];
  };

  test("moves several areas at once from v6.18 on", () => {
    expect(moveTwo("v6.12")).toEqual(["-EFAULT", "[ww][rr]"]);
    expect(moveTwo("v6.18")).toEqual([16, `${".".repeat(16)}[ww][rr]`]);
  });

  test("leaves holes where they are, but for one at the start; and never changes the length", () => {
    const space = spaceOn("v6.18");
    map(space, 0, 1);
    map(space, 2, 1);
    expect(remap(space, 0, 3, 3, { to: 4 })).toBe(4);
    expect(showAreas(space)).toBe("....[w].[w]");
    expect(remap(space, 3, 4, 4, { to: 16 })).toBe("-EFAULT");
    expect(remap(space, 4, 3, 4, { to: 16 })).toBe("-EFAULT");
    expect(showAreas(space)).toBe("....[w].[w]");
  });

  test("that only cuts off the end asks for a mapping at the start from v5.19 on", () => {
    const cut = (kernel: KernelName): number | string => {
      const space = spaceOn(kernel);
      map(space, 2, 2);
      return remap(space, 0, 4, 3);
    };
    expect([cut("el6"), cut("v5.14"), cut("v5.19")]).toEqual([0, 0, "-EFAULT"]);
  });

  const leave = ({ env, mm }: Space, page: number, count: number, to: number): number | string =>
    pageOf(
      run(
        sysMremap(env, mm, {
          addr: at(page),
          oldLen: bytesOf(count),
          newLen: bytesOf(count),
          newAddr: at(to),
          flags: Mremap.MAYMOVE | Mremap.FIXED | Mremap.DONTUNMAP,
        }),
      ),
    );

  test("with DONTUNMAP moves the pages and leaves the area, unlocked and without anon_vma", () => {
    const space = spaceOn("v6.12");
    map(space, 0, 2);
    write(space, 0, 1);
    lock(space, 0, 2);
    expect(leave(space, 0, 2, 4)).toBe(4);
    expect([showAreas(space), entries(space, 0, 6)]).toEqual(["[ww]..[ww]", "- - - - W W"]);
    expect(areaAt(space, 0).anonVma).toBe(null);
    expect([hasFlag(space, 0, VmFlag.LOCKED), hasFlag(space, 4, VmFlag.LOCKED)]).toEqual([
      false,
      true,
    ]);
    expect([space.mm.usage.totalVm, space.env.commit.committed, space.mm.lockedVm]).toEqual([
      4, 4, 2,
    ]);
    expect(recount(space)).toEqual([]);
    expect(run(touch(space.env, space.mm, at(0), true)) & 0x2000).toBe(0);
    expect(recount(space)).toEqual([]);
  });

  test("a part that is left keeps the anon_vma of the rest", () => {
    const space = spaceOn("v6.1");
    map(space, 0, 4);
    write(space, 0, 1, 2, 3);
    expect(leave(space, 1, 2, 8)).toBe(8);
    expect(entries(space, 0, 4)).toBe("W - - W");
    expect(areaAt(space, 0).anonVma).not.toBe(null);
    expect(recount(space)).toEqual([]);
  });

  test("DONTUNMAP is of private anonymous memory in v5.10, of any in v5.14, and unknown before", () => {
    const answers = (["el6", "v5.4", "v5.10", "v5.14"] as const).map((kernel) => {
      const space = spaceOn(kernel);
      map(space, 0, 1);
      map(space, 2, 1, { flags: SHARED_ANONYMOUS });
      return [leave(space, 0, 1, 4), leave(space, 2, 1, 6)];
    });
    expect(answers).toEqual([
      ["-EINVAL", "-EINVAL"],
      ["-EINVAL", "-EINVAL"],
      [4, "-EINVAL"],
      [4, 6],
    ]);
  });
});

describe("a stack", () => {
  const GROWS: number = MapFlag.PRIVATE | MapFlag.ANONYMOUS | MapFlag.GROWSDOWN;
  const touched = ({ env, mm }: Space, page: number): boolean =>
    (run(touch(env, mm, at(page), true)) & 0x2000) === 0;

  test("keeps a page of its own free on el6, and none from v4.14 on", () => {
    const picture = (kernel: KernelName): string => {
      const space = spaceOn(kernel);
      map(space, 600, 2, { flags: GROWS });
      expect(touched(space, 600)).toBe(true);
      return showAreas(space).replace(/^\.+/, "");
    };
    expect([picture("el6"), picture("v4.14")]).toEqual(["[www]", "[ww]"]);
  });

  testOn(
    { "v4.4": true, "v6.18": false },
    "may come nearer than 256 pages to what can be used below: %s",
    (space, mayTouch) => {
      map(space, 0, 1);
      map(space, 600, 1, { flags: GROWS });
      expect(touched(space, 257)).toBe(true);
      expect(touched(space, 256)).toBe(mayTouch);
    },
  );

  test("comes near what gives no access, and other stacks", () => {
    const space = spaceOn("v6.18");
    map(space, 0, 1, { prot: NONE });
    map(space, 40, 1, { flags: GROWS });
    map(space, 80, 1, { flags: GROWS });
    expect([touched(space, 1), touched(space, 42)]).toEqual([true, true]);
    unmap(space, 0, 100);
    expect(recount(space)).toEqual([]);
  });
});

/** What later kernels do otherwise in exec, each beside what el6 does. */
import {
  errnoName,
  type KernelName,
  PAGE_SIZE,
  rulesOf,
  Signal,
  TASK_SIZE,
  VmFlag,
} from "@forkpath/abi";
import { mmRules, vmaPages } from "@forkpath/mm";
import { getUnmappedArea } from "@forkpath/mm/internal";
import { run } from "@forkpath/test-world";
import { describe, expect, test } from "vitest";
import {
  createUser,
  type ExecRequest,
  type ForkEnv,
  forkRules,
  sysExecve,
  sysSetuid,
  type TaskStruct,
} from "../../src/index.ts";
import { recount } from "../recount.ts";
import { forkOf, machine, mmOf, show, spawn } from "../world.ts";
import { program } from "./programs.ts";

const on = (kernel: KernelName): ForkEnv =>
  machine({ rules: rulesOf(mmRules, kernel) }, { rules: rulesOf(forkRules, kernel) });
const exec = (fe: ForkEnv, task: TaskStruct, request: Partial<ExecRequest> = {}): string =>
  errnoName(run(sysExecve(fe, task, { ...program(fe), ...request })));
/** The stack of a task, as its picture without the room: the pages that exec has written. */
const writtenStack = (fe: ForkEnv, task: TaskStruct): string =>
  show(fe, task).split("[").at(-1)?.replaceAll("- ", "").replace("]", "") ?? "";
const stackOf = (task: TaskStruct) =>
  mmOf(task).vmas.find(({ flags }) => (flags & VmFlag.GROWSDOWN) !== 0);
/** Strings of 2048 bytes each, their zero included. */
const strings = (count: number): string[] => new Array<string>(count).fill("x".repeat(2047));

describe("the new stack", () => {
  test.each([
    ["el6", 22, 0],
    ["v3.10", 34, 0],
    ["v4.14", 33, 0],
    ["v6.18", 33, 8],
  ] as const)(
    "on %s has %d pages, beside %d pages of the kernel's own",
    (kernel, pages, special) => {
      const fe = on(kernel);
      const task = spawn(fe, "[W]");
      expect(exec(fe, task)).toBe("0");
      const stack = stackOf(task);
      expect(stack === undefined ? 0 : vmaPages(stack)).toBe(pages);
      const program = 2 + 1 + 3;
      expect(mmOf(task).usage.totalVm).toBe(program + pages + special);
      expect(recount(fe)).toEqual([]);
    },
  );

  test("its tables begin below the platform's name, 16 random bytes and 23 pairs", () => {
    const { tablesStart } = rulesOf(forkRules, "v6.18").execStack;
    // 7 and 16 bytes end at 32 below; pointers of argc, four arguments, two strings, two ends.
    expect(tablesStart(0x10000, 4, 2)).toBe(0x10000 - 32 - 8 - (3 + 4 + 2) * 8 - 23 * 16);
    expect(tablesStart(0x1000f, 4, 2)).toBe(tablesStart(0x10000, 4, 2));
  });

  test("its tables take pages of their own when there are many strings", () => {
    const picture = (kernel: KernelName, count: number): string => {
      const fe = on(kernel);
      const task = spawn(fe, "[W]");
      exec(fe, task, { argv: strings(count), filename: "/dev/fd/100" });
      return writtenStack(fe, task);
    };
    // 20 bytes for the name and the end; 6.18's tables of two strings need 463 bytes more.
    expect(picture("v6.18", 1)).toBe("W");
    expect(picture("v6.18", 2)).toBe("W W");
    expect(picture("v6.18", 40).split(" ").length).toBe(21);
  });

  test("23 auxiliary pairs reach where 21 do not", () => {
    const written = (kernel: KernelName, bytes: number): number => {
      const fe = on(kernel);
      const task = spawn(fe, "[W]");
      exec(fe, task, { argv: ["x".repeat(bytes - 1)], filename: "/dev/fd/100" });
      return writtenStack(fe, task).split(" ").length;
    };
    const bytes = PAGE_SIZE - 20 - 7 - 16 - 8 - 8 * 4 - 22 * 16;
    expect([written("v6.1", bytes), written("v6.18", bytes)]).toEqual([1, 2]);
  });

  test("a program without arguments gets an empty one, from v5.19 on", () => {
    const top = (kernel: KernelName): number => {
      const fe = on(kernel);
      const task = spawn(fe, "[W]");
      exec(fe, task);
      return mmOf(task).layout.startStack;
    };
    expect(top("v5.14") - top("v5.19")).toBe(1);
  });
});

describe("what the kernel maps into a new program", () => {
  const fe = on("v6.18");
  const task = spawn(fe, "[W]");
  run(sysExecve(fe, task, program(fe)));
  const { vmas } = mmOf(task);
  const areas = vmas.filter(({ ops }) => ops?.name?.startsWith("[v"));

  test("two clocks and their code, in a row where mmap would have put them", () => {
    expect(areas.map(({ ops }) => ops?.name)).toEqual(["[vvar]", "[vvar_vclock]", "[vdso]"]);
    expect(areas.map(vmaPages)).toEqual([4, 2, 2]);
    const [{ start }] = areas;
    expect(areas.map((area) => (area.start - start) / PAGE_SIZE)).toEqual([0, 4, 6]);
    expect(getUnmappedArea(mmOf(task), 0, PAGE_SIZE, 0)).toBe(start - PAGE_SIZE);
    expect(areas[2].end).toBe(mmOf(task).layout.mmapBase);
  });

  test("VmFlags are `rd mr pf io de dd` of clocks, `rd ex mr mw me de` of code (M11/7)", () => {
    const { READ, EXEC, MAYREAD, MAYWRITE, MAYEXEC, PFNMAP, IO, DONTEXPAND, NODUMP } = VmFlag;
    const clock = READ | MAYREAD | PFNMAP | IO | DONTEXPAND | NODUMP;
    const code = READ | EXEC | MAYREAD | MAYWRITE | MAYEXEC | DONTEXPAND;
    const flags = areas.map((area) => area.flags - fe.mm.rules.softDirty);
    expect(flags).toEqual([clock, clock, code]);
  });
});

describe("strings", () => {
  /** What exec of so many strings answers, and how many faults it took. */
  const tried = (kernel: KernelName, count: number, stack: number): [string, number] => {
    const fe = on(kernel);
    const task = spawn(fe, "[W]");
    task.signal.rlimits.stack = stack * PAGE_SIZE;
    const before = task.minFlt;
    return [
      exec(fe, task, { argv: strings(count), filename: "/dev/fd/100" }),
      task.minFlt - before,
    ];
  };

  test("up to 128 kB less their pointers are always allowed", () => {
    expect(tried("v6.18", 60, 100)).toEqual(["0", 31]);
    expect(tried("v6.18", 70, 100)).toEqual(["-E2BIG", 32]);
    expect(tried("v6.18", 70, 160)).toEqual(["0", 36]);
  });

  test("a pointer takes 8 bytes of what is allowed, however short its string", () => {
    // 2 bytes for the name and 9 for each string, of 131,072.
    const answers = (kernel: KernelName): string[] =>
      [14_563, 14_564].map((count) => {
        const fe = on(kernel);
        const task = spawn(fe, "[W]");
        task.signal.rlimits.stack = 100 * PAGE_SIZE;
        return exec(fe, task, { argv: new Array<string>(count).fill(""), filename: "/" });
      });
    expect(answers("v6.18")).toEqual(["0", "-E2BIG"]);
    expect(answers("v3.10")).toEqual(["0", "0"]);
  });

  test("no more than 6 MiB are, whatever the stack limit", () => {
    expect(tried("v6.18", 3100, 2 ** 20)[0]).toBe("-E2BIG");
    expect(tried("v3.10", 3100, 2 ** 20)[0]).toBe("0");
  });
});

describe("a file that cannot be run", () => {
  const faults = (kernel: KernelName, request: Partial<ExecRequest>): [string, number] => {
    const fe = on(kernel);
    const task = spawn(fe, "[W]");
    const before = task.minFlt;
    const answer = exec(fe, task, request);
    expect([task.isKilled, recount(fe)]).toEqual([false, []]);
    return [answer, task.minFlt - before];
  };

  test("is found out before the strings are copied, but for v5.10 to v6.1", () => {
    const asked = (["el6", "v5.4", "v5.10", "v6.1", "v6.12"] as const).map((kernel) =>
      faults(kernel, { isExecutable: false }),
    );
    expect(asked.map(([answer]) => answer)).toEqual(new Array(5).fill("-EACCES"));
    expect(asked.map(([, count]) => count)).toEqual([0, 0, 1, 1, 0]);
  });

  test("and is no program: after it, on every kernel", () => {
    for (const kernel of ["el6", "v6.1", "v6.18"] as const) {
      expect(faults(kernel, { isProgram: false })).toEqual(["-ENOEXEC", 1]);
    }
  });
});

describe("a program with places of its own", () => {
  test("has its segments there, its heap behind its bss, and clears the end of its data", () => {
    const fe = on("v6.18");
    const task = spawn(fe, "[W]");
    const { image } = program(fe);
    const placed = {
      ...image,
      textPages: 1,
      textPgoff: 1,
      textStart: 0x1000_0000_0000,
      dataStart: 0x2000_0000_0000,
      dataPages: 2,
      bssPages: 2,
      hasPartialPage: true,
    };
    expect(exec(fe, task, { image: placed })).toBe("0");
    const { layout, vmas, usage } = mmOf(task);
    expect(layout).toMatchObject({ startCode: 0x1000_0000_0000, startBrk: 0x2000_0000_4000 });
    expect(vmas.slice(0, 3).map(({ start, pgoff }) => [start, pgoff])).toEqual([
      [0x1000_0000_0000, 1],
      [0x2000_0000_0000, 2],
      [0x2000_0000_2000, 0x2_0000_0002],
    ]);
    expect(show(fe, task)).toMatch(/^\[-\] \[- W\] \[- -\]/);
    expect(usage).toMatchObject({ execVm: 3, dataVm: 4, stackVm: 33 });
    expect(recount(fe)).toEqual([]);
  });

  test("that cannot be had kills the task: by SIGKILL, later by SIGSEGV", () => {
    const code = (kernel: KernelName): number => {
      const fe = on(kernel);
      const task = spawn(fe, "[W]");
      const image = { ...program(fe).image, dataStart: TASK_SIZE };
      exec(fe, task, { image });
      expect([task.state, recount(fe)]).toEqual(["zombie", []]);
      return task.exitCode;
    };
    expect([code("el6"), code("v4.4"), code("v6.18")]).toEqual([
      Signal.SIGKILL,
      Signal.SIGSEGV,
      Signal.SIGSEGV,
    ]);
  });
});

describe("setuid", () => {
  const three = (kernel: KernelName) => {
    const fe = on(kernel);
    const user = createUser(1);
    const [one, two, three] = ["one", "two", "three"].map(() => spawn(fe, "[W]"));
    three.signal.rlimits.nproc = 1;
    const change = (task: TaskStruct): string => errnoName(run(sysSetuid(fe, task, user)));
    return { fe, user, one, two, three, change };
  };

  test("counts the task at its new user, and takes its privileges", () => {
    const { fe, user, one, change } = three("v6.18");
    const root = fe.rootUser.processes;
    expect([change(one), user.processes, fe.rootUser.processes]).toEqual(["0", 1, root - 1]);
    expect(one.cred.caps).toBe(0);
    expect(errnoName(run(sysSetuid(fe, one, fe.rootUser)))).toBe("-EPERM");
    expect(recount(fe)).toEqual([]);
  });

  test("past RLIMIT_NPROC is refused on el6; later exec is, until the user has few enough", () => {
    const old = three("el6");
    expect([old.one, old.three].map(old.change)).toEqual(["0", "-EAGAIN"]);
    const { fe, user, one, two, three: last, change } = three("v6.18");
    expect([one, two, last].map(change)).toEqual(["0", "0", "0"]);
    expect(exec(fe, last)).toBe("-EAGAIN");
    user.processes -= 2; // the two others have gone
    expect(exec(fe, last)).toBe("0");
    user.processes += 2;
    expect(exec(fe, last)).toBe("0"); // asked once
  });

  test("a fork that is allowed closes the question too", () => {
    const { fe, one, two, change } = three("v6.18");
    two.signal.rlimits.nproc = 1;
    expect([one, two].map(change)).toEqual(["0", "0"]);
    two.signal.rlimits.nproc = 5;
    forkOf(fe, two);
    two.signal.rlimits.nproc = 1;
    expect(exec(fe, two)).toBe("0");
  });
});

/**
 * What the life of a task costs beside its pages: a small process, a thread, vfork and exec, and
 * for comparison a fork with many pages. The command stands in README.md.
 */
import { CloneFlag, MapFlag, PAGE_SIZE, Prot } from "@forkpath/abi";
import { createMappedFile, createMmEnv, sysMmap, touchRange } from "@forkpath/mm";
import { type KernelThread, runToCompletion as run, runUntilBlocked } from "@forkpath/sync";
import { expect, test } from "vitest";
import {
  createForkEnv,
  createProcess,
  type ForkEnv,
  sysClone,
  sysExecve,
  sysExit,
  sysFork,
  sysVfork,
  sysWait4,
  type TaskStruct,
} from "../src/index.ts";

const AREAS = 20;
const PAGES_PER_AREA = 4;
const MANY_PAGES = 65_536; // 256 MiB
const THREAD: number =
  CloneFlag.VM | CloneFlag.FS | CloneFlag.FILES | CloneFlag.SIGHAND | CloneFlag.THREAD;

interface Machine {
  readonly fe: ForkEnv;
  readonly parent: TaskStruct;
}

/** A process with `areas` of written pages, a free page between any two. */
function machine(areas: number, pages: number): Machine {
  const fe = createForkEnv(createMmEnv({ memoryPages: 4 * areas * pages + 4096 }));
  const parent = createProcess(fe, { comm: "server" });
  if (typeof parent === "number" || parent.mm === null) throw new Error("no memory");
  const { mm } = parent;
  for (let area = 0; area < areas; area++) {
    const addr = 2 ** 40 + area * (pages + 1) * PAGE_SIZE;
    const flags = MapFlag.PRIVATE | MapFlag.ANONYMOUS | MapFlag.FIXED;
    const prot = Prot.READ | Prot.WRITE;
    run(sysMmap(fe.mm, mm, { addr, len: pages * PAGE_SIZE, prot, flags }));
    run(touchRange(fe.mm, mm, addr, pages, true));
  }
  return { fe, parent };
}

/** Makes a task by `birth`, ends it and reaps it. */
function live({ fe, parent }: Machine, birth: KernelThread<number>): void {
  const child = fe.tasks.get(run(birth)) as TaskStruct;
  run(sysExit(fe, child, 0));
  if (child.groupLeader === child) run(sysWait4(fe, parent));
}

test("tasks", async ({ bench }) => {
  const small = machine(AREAS, PAGES_PER_AREA);
  const { fe, parent } = small;
  const file = createMappedFile(1, "/bin/true", { sizePages: 8 });
  const image = { file, textPages: 4, dataPages: 2, bssPages: 2 };
  const results = [
    await bench(`fork, exit, wait: ${AREAS} areas, ${AREAS * PAGES_PER_AREA} pages`, () => {
      live(small, sysFork(fe, parent));
    }).run(),
    await bench("a thread, and its exit", () => {
      live(small, sysClone(fe, parent, THREAD));
    }).run(),
    await bench("vfork, exec, exit, wait", () => {
      const forking = sysVfork(fe, parent);
      runUntilBlocked(forking);
      const child = parent.children[0];
      run(sysExecve(fe, child, { image }));
      run(forking);
      run(sysExit(fe, child, 0));
      run(sysWait4(fe, parent));
    }).run(),
  ];
  for (const { name, latency } of results) {
    console.log(`${name}: ${(latency.p50 * 1000).toFixed(1)} µs`);
    expect(latency.p50).toBeGreaterThan(0);
  }
});

test("pages", async ({ bench }) => {
  const large = machine(1, MANY_PAGES);
  const result = await bench(`fork, exit, wait: one area, ${MANY_PAGES} pages`, () => {
    live(large, sysFork(large.fe, large.parent));
  }).run();
  const nanosecondsEach = (result.latency.p50 * 1e6) / MANY_PAGES;
  console.log(`${result.name}: ${nanosecondsEach.toFixed(1)} ns a page`);
  expect(nanosecondsEach).toBeGreaterThan(0);
});

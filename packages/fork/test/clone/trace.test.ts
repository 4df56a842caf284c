/** What a listener hears of fork, exec, exit and wait: the kernel's functions, and who did what. */
import { attachSink, EventClass, type KernelEvent } from "@forkpath/events";
import { failNth } from "@forkpath/sync";
import { run } from "@forkpath/test-world";
import { expect, test } from "vitest";
import { type ForkEnv, sysExecve, sysExit, sysFork, sysVfork, sysWait4 } from "../../src/index.ts";
import { program } from "../exec/programs.ts";
import { forkOf, machineWith, map } from "../world.ts";

/** What `body` tells a listener that wants `wants`. */
function heard(fe: ForkEnv, wants: number, body: () => void): KernelEvent[] {
  const events: KernelEvent[] = [];
  attachSink(fe.mm.sync, { wants, emit: (event) => void events.push(event) });
  body();
  attachSink(fe.mm.sync, null);
  return events;
}

/** Called functions, each indented below its caller; with `=> x` where a number came back. */
function callTree(events: readonly KernelEvent[]): string[] {
  const lines: string[] = [];
  const open: number[] = [];
  for (const event of events) {
    if (event.kind === "call") open.push(lines.push("  ".repeat(open.length) + event.fn) - 1);
    if (event.kind !== "return") continue;
    const line = open.pop() ?? 0;
    if (event.ret !== undefined && event.ret !== 0) lines[line] += ` => ${event.ret}`;
  }
  return lines;
}

const tasksOf = (events: readonly KernelEvent[]): string[] =>
  events.flatMap((one) => (one.kind === "task" ? [`${one.what} ${one.pid} ${one.other}`] : []));

test("the calls of one fork, in the kernel's order", () => {
  const [fe, parent] = machineWith("[W W]", "[f]");
  const events = heard(fe, EventClass.CALL, () => run(sysFork(fe, parent)));
  expect(callTree(events)).toEqual([
    "do_fork => 3",
    "  copy_process",
    "    dup_task_struct",
    "    copy_creds",
    "    try_module_get",
    "    mpol_dup",
    "    perf_event_init_task",
    "    audit_alloc",
    "    copy_semundo",
    "    copy_files",
    "    copy_fs",
    "    copy_sighand",
    "    copy_signal",
    "    copy_mm",
    "      dup_mm",
    "        dup_mmap",
    "          anon_vma_fork",
    "          copy_page_range",
    "          anon_vma_fork",
    "          copy_page_range",
    "            copy_pud_range",
    "              copy_pmd_range",
    "                copy_pte_range",
    "    copy_namespaces",
    "    copy_io",
    "    copy_thread",
    "    alloc_pid",
    "    ns_cgroup_clone",
  ]);
});

test("a fork that fails late shows what is taken down again", () => {
  const [fe, parent] = machineWith("[W]");
  fe.failStep.set("copy_thread", -5);
  const tree = callTree(heard(fe, EventClass.CALL, () => run(sysFork(fe, parent))));
  expect(tree[0]).toBe("do_fork => -5");
  expect(tree.slice(-3)).toEqual(["    copy_thread => -5", "    mmput", "      exit_mmap"]);
});

test("allocations of one fork, in the kernel's order, and where a refused one ends it", () => {
  const [fe, parent] = machineWith("[W]");
  const asked = (): string[] =>
    heard(fe, EventClass.ALLOC, () => run(sysFork(fe, parent))).flatMap((event) =>
      event.kind === "alloc" ? [event.ok ? event.what : `no ${event.what}`] : [],
    );
  const task = ["task", "cred", "files", "fs", "sighand", "signal"];
  const area = ["vma", "avc", "anon_vma", "avc", "pud", "pmd", "pte"];
  expect(asked()).toEqual([...task, "mm", "pgd", ...area, "pid"]);
  failNth(fe.mm.sync.gate, 7);
  expect(asked()).toEqual([...task, "mm", "no pgd"]);
});

test("a page of the new stack is got once for all the arguments that go there", () => {
  const gotFor = (argv: readonly string[]): number => {
    const [fe, task] = machineWith("[W]");
    const events = heard(fe, EventClass.SCHED, () =>
      run(sysExecve(fe, task, program(fe, { argv }))),
    );
    return events.filter(({ kind }) => kind === "cond_resched").length; // get_user_pages asks
  };
  expect(gotFor(["a", "b", "c", "d"])).toBe(gotFor(["a"]));
});

test("births, deaths and the rest of a family's life", () => {
  const [fe, parent] = machineWith("[W]");
  const events = heard(fe, EventClass.TASK, () => {
    const child = forkOf(fe, parent);
    run(sysExecve(fe, child, program(fe)));
    run(sysExit(fe, child, 0));
    run(sysWait4(fe, parent));
    sysVfork(fe, parent).next(); // suspended, but the child is there
  });
  expect(tasksOf(events)).toEqual(["fork 2 3", "exec 3 3", "exit 3 2", "reap 2 3", "vfork 2 4"]);
});

test("D12: one flush of the parent's TLB, at the end of dup_mmap, after a failure too", () => {
  const [fe, parent] = machineWith();
  for (const addr of [2 ** 30, 2 ** 31]) map(fe, parent, "[W]", { addr });
  const flushes = (): KernelEvent[] =>
    heard(fe, EventClass.MM, () => run(sysFork(fe, parent))).filter(
      (event) => event.kind === "flush_tlb" && event.mm === parent.mm?.name,
    );
  expect(flushes()).toHaveLength(1);
  fe.failStep.set("vma_dup_policy", -12);
  expect(flushes()).toHaveLength(1);
});

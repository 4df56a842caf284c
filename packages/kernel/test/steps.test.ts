/**
 * What other threads can come between, call by call: every step that an interleaved machine makes,
 * and how often a traced one tells each event, as the files in `steps/` have them.
 *
 * A step that is lost is a race that no explorer finds. After a change that means to add or to
 * drop one, read the difference, then run `vitest -u`.
 */
import { Madvise, MapFlag, PAGE_SIZE, PMD_SIZE, Prot } from "@forkpath/abi";
import { ALL_EVENTS, attachSink, EVENT_CLASSES, type KernelEvent } from "@forkpath/events";
import type { KernelThread } from "@forkpath/sync";
import { expect, test } from "vitest";
import type { Kernel, KernelConfig } from "../src/index.ts";
import { createPlay, map, mapFile, type Play, pidOf } from "./stage.ts";

type Start = (threads: Kernel["threads"], pid: number) => KernelThread<unknown>;
/** Makes one call of P, or of another task, from its beginning to its end. */
type Make = (name: string, start: Start, pid?: number) => unknown;

/** A history that comes by most of what the kernel does. */
function playAll(play: Play, make: Make): void {
  const { kernel } = play;
  const heap = map(play, "P", "- - - - - -");
  make("a write fault", (call, pid) => call.write(pid, heap, 3 * PAGE_SIZE));
  make("a read fault", (call, pid) => call.read(pid, heap + 3 * PAGE_SIZE, PAGE_SIZE));
  make("a write to the zero page", (call, pid) => call.write(pid, heap + 3 * PAGE_SIZE));
  const child = make("fork", (call, pid) => call.fork(pid)) as number;
  make("a write that copies", (call, pid) => call.write(pid, heap));
  make("a write to the last copy", (call) => call.write(child, heap));
  make("pin", (call, pid) => call.pin(pid, heap, 2 * PAGE_SIZE, true));
  kernel.unpinAll();
  make("mlock", (call, pid) => call.mlock(pid, heap, 2 * PAGE_SIZE));
  make("munlock", (call, pid) => call.munlock(pid, heap, 2 * PAGE_SIZE));
  make("reclaim", (call, pid) => call.reclaim(pid));
  make("fork with swapped pages", (call, pid) => call.fork(pid));
  make("swap-in to read", (call, pid) => call.read(pid, heap));
  make("swap-in to write", (call, pid) => call.write(pid, heap + PAGE_SIZE));
  make("the end of the child", (call) => call.exitGroup(child));
  make("wait", (call, pid) => call.waitFor(pid));
  make("swapoff", (call, pid) => call.swapoff(pid, 0));
  kernel.swapon({ pages: 32 });
  make("migration begins", (call, pid) => call.migrateBegin(pid, heap, PAGE_SIZE));
  make("migration ends", (call) => call.migrateEnd());
  make("mprotect", (call, pid) => call.mprotect(pid, heap, 2 * PAGE_SIZE, Prot.READ));
  make("mprotect again", (call, pid) => call.mprotect(pid, heap, 2 * PAGE_SIZE, 3));
  make("DONTNEED", (call, pid) => call.madvise(pid, heap, PAGE_SIZE, Madvise.DONTNEED));
  make("mremap", (call, pid) =>
    call.mremap(pid, { addr: heap, oldLen: 6 * PAGE_SIZE, newLen: 9 * PAGE_SIZE, flags: 1 }),
  );
  make("memory failure", (call, pid) =>
    call.memoryFailure(
      kernel.frame(pid, play.areas[0].addr) ?? kernel.frame(pid, libraryOf(play))!,
    ),
  );
  playFiles(play, make);
  playProcesses(play, make);
}

const libraryOf = (play: Play): number => mapFile(play, "P", "r");

function playFiles(play: Play, make: Make): void {
  const file = mapFile(play, "P", "- - - -");
  make("a read of a file", (call, pid) => call.read(pid, file));
  make("a private copy of a file's page", (call, pid) => call.write(pid, file));
  const shared = mapFile(play, "P", "- - - -", { flags: MapFlag.SHARED });
  make("a write to a shared file", (call, pid) => call.write(pid, shared, 2 * PAGE_SIZE));
  const shmem = mapFile(play, "P", "- -", { flags: MapFlag.SHARED, isShmem: true });
  make("a write to shared memory", (call, pid) => call.write(pid, shmem, 2 * PAGE_SIZE));
  make("remap_file_pages", (call, pid) =>
    call.remapFilePages(pid, { start: shared, size: PAGE_SIZE, pgoff: 2 }),
  );
  make("reclaim of all", (call, pid) => call.reclaim(pid));
  make("a page of shared memory comes back", (call, pid) => call.read(pid, shmem));
  make("truncation", (call) => call.truncate(1, `/f${play.areas.length - 2}`, 1));
  make("munmap", (call, pid) => call.munmap(pid, file, 4 * PAGE_SIZE));
}

function playProcesses(play: Play, make: Make): void {
  make("mmap of a private file", (call, pid) => call.mmap(pid, { len: PAGE_SIZE }));
  make("brk", (call, pid) => call.brk(pid, 0));
  make("mlockall", (call, pid) => call.mlockall(pid, 3));
  make("munlockall", (call, pid) => call.munlockall(pid));
  const thread = make("clone of a thread", (call, pid) => call.clone(pid, 0x10f00)) as number;
  make("the end of a thread", (call) => call.exit(thread), thread);
  const other = make("fork", (call, pid) => call.fork(pid)) as number;
  make("exec", (call) => call.execve(other, { path: "/bin/sh", argv: ["a", "b"] }), other);
  make("brk of a program", (call) => call.brk(other, play.kernel.brk(other, 0) + 9000), other);
  make("the end of a program", (call) => call.exitGroup(other, 3), other);
  make("wait", (call, pid) => call.wait(pid, other));
  make("getrusage", (call, pid) => call.getrusage(pid));
}

/** The same for pages of 2 MiB. */
function playHuge(play: Play, make: Make): void {
  const { kernel } = play;
  const area = kernel.mmap(pidOf(play, "P"), { len: 4 * PMD_SIZE });
  const heap = Math.ceil(area / PMD_SIZE) * PMD_SIZE;
  make("a huge fault", (call, pid) => call.write(pid, heap));
  const child = make("fork", (call, pid) => call.fork(pid)) as number;
  make("a write that copies", (call, pid) => call.write(pid, heap));
  make("a write to the last copy", (call) => call.write(child, heap), child);
  make("mprotect of a part", (call, pid) => call.mprotect(pid, heap, PAGE_SIZE, Prot.READ));
  make("mprotect back", (call, pid) => call.mprotect(pid, heap, PAGE_SIZE, 3));
  make("collapse", (call, pid) => call.collapse(pid, heap));
  make("mlock", (call) => call.mlock(child, heap, PMD_SIZE), child);
  make("the end", (call) => call.exitGroup(child), child);
  make("munmap", (call, pid) => call.munmap(pid, heap, 2 * PMD_SIZE));
}

/** The same on a later kernel with two nodes, and what only it can be asked. */
function playLater(play: Play, make: Make): void {
  playAll(play, make);
  const { kernel } = play;
  const heap = map(play, "P", "W W W W W W");
  const advise = (name: keyof typeof Madvise, page: number): unknown =>
    make(name, (call, pid) => call.madvise(pid, heap + page * PAGE_SIZE, PAGE_SIZE, Madvise[name]));
  for (const [page, name] of (["FREE", "COLD", "PAGEOUT", "GUARD_INSTALL"] as const).entries()) {
    advise(name, page);
  }
  advise("GUARD_REMOVE", 3);
  advise("POPULATE_WRITE", 3);
  const addr = heap + 4 * PAGE_SIZE;
  for (const node of [1, 1, 0]) {
    make(`a move to node ${node}`, (call, pid) =>
      call.movePages(pid, { addr, pages: 2, node, all: false }),
    );
  }
  kernel.drainLru();
}

/** Words in their order, equal ones in a row as one: `cell x3`. */
function inRuns(words: readonly string[]): string {
  const runs: string[] = [];
  for (let first = 0; first < words.length; ) {
    let end = first;
    while (words[end] === words[first]) end++;
    runs.push(end - first === 1 ? words[first] : `${words[first]} x${end - first}`);
    first = end;
  }
  return runs.join(", ");
}

/** Takes every step of a call, as a thread of `pid`. */
function stepsOf(play: Play, pid: number, thread: KernelThread<unknown>): [unknown, string[]] {
  const { machine } = play.kernel;
  machine.mm.sync.current = machine.fork.tasks.get(pid)!.thread;
  const words: string[] = [];
  for (;;) {
    const { done, value } = thread.next();
    if (done) return [value, words];
    if (!value.ready()) throw new Error(`waits for ${value.label}`);
    words.push(value.label);
  }
}

const MACHINES: readonly (readonly [string, KernelConfig, typeof playAll])[] = [
  ["split locks", { nrCpus: 4 }, playAll],
  ["one lock", { nrCpus: 2 }, playAll],
  ["version 6.18", { kernel: "v6.18", nrNodes: 2 }, playLater],
  ["huge pages", { memoryPages: 8192, transparentHugepage: "always" }, playHuge],
];

/** All steps of a history, call by call. */
function allSteps(config: KernelConfig, history: typeof playAll): string[] {
  const play = createPlay(config);
  const lines: string[] = [];
  history(play, (name, start, of) => {
    const pid = of ?? pidOf(play, "P");
    const { sync } = play.kernel.machine.mm;
    sync.interleaved = true;
    const [answer, words] = stepsOf(play, pid, start(play.kernel.threads, pid));
    sync.interleaved = false;
    lines.push(wrapped(name, inRuns(words)));
    return answer;
  });
  expect(play.kernel.check()).toEqual([]);
  return lines;
}

/** What `heard` hears of a history. */
function allEvents(
  config: KernelConfig,
  history: typeof playAll,
  wants: number,
  heard: (event: KernelEvent) => void,
  named: (name: string) => void = () => {},
): void {
  const play = createPlay(config);
  history(play, (name, start, of) => {
    const pid = of ?? pidOf(play, "P");
    attachSink(play.kernel.machine.mm.sync, { wants, emit: heard });
    const [answer] = stepsOf(play, pid, start(play.kernel.threads, pid));
    attachSink(play.kernel.machine.mm.sync, null);
    named(name);
    return answer;
  });
}

/** What happened, and to what. */
function wordOf(event: KernelEvent): string {
  const [, subject] = Object.values(event).filter((value) => typeof value === "string");
  return subject === undefined ? event.kind : `${event.kind} ${subject}`;
}

/** Each word once, with its number: `lock ptl x3`. */
const counted = (words: readonly string[]): string => inRuns([...words].sort());

/** A call's words under its name, in lines that can be read. */
function wrapped(name: string, words: string): string {
  const lines = words.match(/.{1,92}(?:, |$)/g) ?? [];
  return [`${name}:`, ...lines.map((line) => `    ${line.trimEnd()}`)].join("\n");
}

test.each(MACHINES)("steps and events, %s", async (name, config, history) => {
  const lines = allSteps(config, history);
  const told: string[] = [];
  const words: string[] = [];
  allEvents(
    config,
    history,
    ALL_EVENTS,
    (event) => words.push(wordOf(event)),
    (call) => told.push(wrapped(call, counted(words.splice(0)))),
  );
  const text = `STEPS\n${lines.join("\n")}\n\nEVENTS\n${told.join("\n")}\n`;
  await expect(text).toMatchFileSnapshot(`steps/${name.replace(" ", "-")}.txt`);
});

test.each(MACHINES)("a sink hears only what it wants, %s", (_name, config, history) => {
  for (const wanted of new Set(Object.values(EVENT_CLASSES))) {
    allEvents(config, history, wanted, ({ kind }) => expect(EVENT_CLASSES[kind]).toBe(wanted));
  }
});

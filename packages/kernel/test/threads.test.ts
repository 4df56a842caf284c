/** Calls as threads, stepped through by hand: what an explorer of schedules works with. */
import { PAGE_SIZE } from "@forkpath/abi";
import { type KernelThread, PointKind, type SchedulePoint } from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import { BUILDS, createPlay, map, type Play, pidOf, show, stage } from "./stage.ts";

/** Steps `thread` once, in the name of the task. @returns its next point, or null at the end */
function step<T>(
  { kernel }: Play,
  name: string,
  pid: number,
  thread: KernelThread<T>,
  answers: Map<string, T>,
): SchedulePoint | null {
  const { machine } = kernel;
  machine.mm.sync.current = machine.fork.tasks.get(pid)!.thread;
  const result = thread.next();
  if (!result.done) return result.value;
  answers.set(name, result.value);
  return null;
}

describe.each(BUILDS)("%s", (_name, build) => {
  test("a fork in small steps is the same fork", () => {
    const [whole, stepped] = [createPlay(build), createPlay(build)];
    for (const play of [whole, stepped]) map(play, "P", "W W r W");
    const pid = pidOf(whole, "P");
    const child = whole.kernel.fork(pid);
    stepped.kernel.machine.mm.sync.interleaved = true;
    const thread = stepped.kernel.threads.fork(pid);
    const answers = new Map<string, number>();
    const kinds = new Set<PointKind>();
    for (;;) {
      const point = step(stepped, "fork", pid, thread, answers);
      if (point === null) break;
      kinds.add(point.kind);
    }
    expect(answers.get("fork")).toBe(child);
    expect([...kinds].sort()).toEqual(expect.arrayContaining([PointKind.LOCK, PointKind.ALLOC]));
    for (const play of [whole, stepped]) play.cast.set("C", child);
    expect(show(stepped)).toEqual(show(whole));
    expect(stepped.kernel.check()).toEqual([]);
  });

  test("a write that meets a fork half way waits for mmap_sem, and then copies", () => {
    const { play, kernel, heap } = stage("W W", build);
    const pid = pidOf(play, "P");
    const thread = kernel.clone(pid, 0x10f00); // VM, FS, FILES, SIGHAND, THREAD
    kernel.machine.mm.sync.interleaved = true;
    const answers = new Map<string, number>();
    const forking = kernel.threads.fork(pid);
    const sem = kernel.machine.fork.tasks.get(pid)!.mm!.mmapSem;
    // As far as the first entry that is copied: mmap_sem is held for writing.
    while (kernel.letters(pid, heap, 2) === "W W") step(play, "fork", pid, forking, answers);
    expect(sem.writer?.name).toBe(`P:${pid}`);
    const writing = kernel.threads.write(thread, heap, 2 * PAGE_SIZE);
    let point = step(play, "write", thread, writing, answers);
    while (point?.ready()) point = step(play, "write", thread, writing, answers);
    expect(point?.object).toBe(sem);
    while (step(play, "fork", pid, forking, answers) !== null);
    play.cast.set("C", answers.get("fork")!);
    expect(show(play)).toEqual({ P: "[r r] (0,2,0)", C: "[r r] (0,2,0)" });
    while (step(play, "write", thread, writing, answers) !== null);
    expect(show(play)).toEqual({ P: "[W W] (0,2,0)", C: "[r r] (0,2,0)" });
    expect(kernel.check()).toEqual([]);
  });
});

/** Every allocation of every system call fails once, and nothing is lost or left behind. */
import { Madvise, MapFlag, Mremap, PAGE_SIZE } from "@forkpath/abi";
import { pgdFree } from "@forkpath/page-table";
import { failNth } from "@forkpath/sync";
import { addFile, forkSpace, recountMachine, run, type Space } from "@forkpath/test-world";
import { protect, unmap } from "@forkpath/test-world/area-calls";
import { areaAt, at } from "@forkpath/test-world/area-looks";
import { createSpace, map, READ, SHARED_ANONYMOUS, TABLE_PAGES } from "@forkpath/test-world/areas";
import { describe, expect, test } from "vitest";
import { exitMmap, sysBrk, sysMadvise, sysMlock, sysMremap, touch } from "../../src/index.ts";
import { expandStack } from "../../src/internal.ts";

const STACK = MapFlag.PRIVATE | MapFlag.ANONYMOUS | MapFlag.GROWSDOWN;
const bytes = (pages: number): number => pages * PAGE_SIZE;
const touchPage = ({ env, mm }: Space, page: number): unknown =>
  run(touch(env, mm, at(page), true));

/** One of each; none of them minds what the ones before came to. */
const HISTORY: readonly ((space: Space) => unknown)[] = [
  (space) => map(space, 0, 8),
  (space) => touchPage(space, 1),
  (space) => touchPage(space, 5),
  (space) => map(space, 10, 4, { file: addFile(space) }),
  (space) => touchPage(space, 11),
  (space) => map(space, 16, 4, { flags: SHARED_ANONYMOUS }),
  (space) => protect(space, 2, 2, READ),
  (space) => protect(space, 11, 2, READ),
  (space) => protect(space, 2, 2, 3),
  ({ env, mm }) => run(sysMadvise(env, mm, at(0), bytes(2), Madvise.DONTFORK)),
  ({ env, mm }) => run(sysMlock(env, mm, at(17), bytes(2))),
  (space) => unmap(space, 6, 5),
  ({ env, mm }) => {
    mm.layout.startBrk = mm.layout.brk = at(32);
    return run(sysBrk(env, mm, at(36)));
  },
  ({ env, mm }) =>
    run(
      sysMremap(env, mm, {
        addr: at(4),
        oldLen: bytes(2),
        newLen: bytes(3),
        flags: Mremap.MAYMOVE | Mremap.FIXED,
        newAddr: at(TABLE_PAGES),
      }),
    ),
  (space) => map(space, 40, 2, { flags: STACK }),
  (space) => expandAt(space, 40),
  (space) => unmap(space, 12, 30),
];

/** Grows the stack at `page`, if it could be mapped. */
function expandAt(space: Space, page: number): number {
  const isMapped = space.mm.vmas.some(({ start }) => start === at(page));
  return isMapped ? run(expandStack(space.env, areaAt(space, page), at(page - 3))) : 0;
}

/** Runs the history with the `index`-th allocation refused. @returns how many were asked for */
function runFailing(index: number, isChild: boolean): number {
  const start = createSpace({ memoryPages: 1024 });
  const { env } = start;
  map(start, 0, 8);
  touchPage(start, 5);
  const space = isChild ? forkSpace(start, "C") : start;
  const mms = isChild ? [start.mm, space.mm] : [start.mm];
  env.sync.gate.count = 0;
  failNth(env.sync.gate, index);
  let hasFailed = false;
  for (const [step, call] of HISTORY.entries()) {
    call(space);
    if (hasFailed || env.sync.gate.count <= index) continue;
    hasFailed = true;
    expect(recountMachine(env, mms), `step ${step}, whose allocation ${index} failed`).toEqual([]);
  }
  expect(recountMachine(env, mms), `after the history, ${index} failed`).toEqual([]);
  const asked = env.sync.gate.count;
  for (const mm of mms) {
    run(exitMmap(env, mm));
    pgdFree(env.tables, mm.pgd);
  }
  expect(recountMachine(env, [])).toEqual([]);
  expect([env.commit.committed, env.anonVmas.live.size]).toEqual([0, 0]);
  return asked;
}

describe.each([
  ["a process", false],
  ["the child of a fork, whose areas have links to two anon_vmas", true],
])("%s", (_name, isChild) => {
  test("each allocation fails in turn", () => {
    const asked = runFailing(1_000_000, isChild);
    expect(asked).toBeGreaterThan(25);
    for (let index = 0; index < asked; index++) runFailing(index, isChild);
  });
});

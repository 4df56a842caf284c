/** Arguments that no call can have: each is told with the range that it may be from. */
import { Prot } from "@forkpath/abi";
import { addFile } from "@forkpath/test-world";
import { at } from "@forkpath/test-world/area-looks";
import { createSpace } from "@forkpath/test-world/areas";
import { expect, test } from "vitest";
import {
  sysBrk,
  sysMadvise,
  sysMlock,
  sysMmap,
  sysMprotect,
  sysMremap,
  sysMunlock,
  sysMunmap,
  sysRemapFilePages,
  touch,
  unmapMappingRange,
} from "../../src/index.ts";
import { doBrk } from "../../src/internal.ts";

/** An integer, and more than anything can hold. */
const HUGE = Number.MAX_VALUE;
const ADDRESS = "from 0 to 0x10000000000000";
const WORD = "from 0 to 0xffffffff";
const { env, mm } = createSpace();
const file = addFile({ env });
const mapped = { addr: at(0), len: 4096, prot: Prot.READ, flags: 0x22 };
const moved = { addr: at(0), oldLen: 4096, newLen: 8192, flags: 0 };
const shown = { start: at(0), size: 4096, pgoff: 0 };

test.each([
  ["sysMmap: addr", ADDRESS, () => sysMmap(env, mm, { ...mapped, addr: HUGE })],
  ["sysMmap: len", ADDRESS, () => sysMmap(env, mm, { ...mapped, len: HUGE })],
  ["sysMmap: prot", WORD, () => sysMmap(env, mm, { ...mapped, prot: HUGE })],
  ["sysMmap: flags", WORD, () => sysMmap(env, mm, { ...mapped, flags: HUGE })],
  ["sysMunmap: start", ADDRESS, () => sysMunmap(env, mm, HUGE, 4096)],
  ["sysMunmap: len", ADDRESS, () => sysMunmap(env, mm, at(0), HUGE)],
  ["sysMprotect: len", ADDRESS, () => sysMprotect(env, mm, at(0), HUGE, 0)],
  ["sysMprotect: prot", WORD, () => sysMprotect(env, mm, at(0), 4096, HUGE)],
  ["sysMadvise: start", ADDRESS, () => sysMadvise(env, mm, HUGE, 4096, 0)],
  ["sysMadvise: advice", "from 0 to 0x7fffffff", () => sysMadvise(env, mm, at(0), 4096, HUGE)],
  ["sysMlock: len", ADDRESS, () => sysMlock(env, mm, at(0), HUGE)],
  ["sysMunlock: start", ADDRESS, () => sysMunlock(env, mm, HUGE, 4096)],
  ["sysBrk: brk", ADDRESS, () => sysBrk(env, mm, HUGE)],
  ["doBrk: addr", ADDRESS, () => doBrk(env, mm, HUGE, 4096)],
  ["doBrk: len", ADDRESS, () => doBrk(env, mm, at(0), HUGE)],
  ["sysMremap: addr", ADDRESS, () => sysMremap(env, mm, { ...moved, addr: HUGE })],
  [
    "sysRemapFilePages: start",
    ADDRESS,
    () => sysRemapFilePages(env, mm, { ...shown, start: HUGE }),
  ],
  ["sysRemapFilePages: size", ADDRESS, () => sysRemapFilePages(env, mm, { ...shown, size: HUGE })],
  [
    "sysRemapFilePages: pgoff",
    ADDRESS,
    () => sysRemapFilePages(env, mm, { ...shown, pgoff: HUGE }),
  ],
  ["sysRemapFilePages: prot", WORD, () => sysRemapFilePages(env, mm, { ...shown, prot: HUGE })],
  ["sysRemapFilePages: flags", WORD, () => sysRemapFilePages(env, mm, { ...shown, flags: HUGE })],
  ["touch: addr", "from 0 to 0x7fffffffffff", () => touch(env, mm, HUGE, true)],
  ["unmapMappingRange: first", ADDRESS, () => unmapMappingRange(env, file, HUGE, 1, true)],
  ["unmapMappingRange: pages", ADDRESS, () => unmapMappingRange(env, file, 0, HUGE, true)],
])("%s must be %s", (what, range, call) => {
  expect(() => call().next()).toThrow(new RegExp(`^${what} must be ${range}, got `));
});

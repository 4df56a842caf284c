/** exec: another program, and with it other mappings. */
import { PAGE_SIZE, STACK_TOP_MAX, VmFlag } from "@forkpath/abi";
import * as z from "zod/mini";
import { about, name, path, size, sizeOrNone, upTo } from "../format/leaves.ts";
import { fileAt } from "../world/backing.ts";
import { callOf } from "../world/call.ts";
import { outcomeOfStatus } from "../world/outcome.ts";
import { callerPid, findProcess, memoryOf } from "../world/who.ts";
import {
  createAddressSpace,
  type LiveMapping,
  type LiveProcess,
  type LiveSpace,
  type World,
} from "../world/world.ts";
import { someSize } from "./dice.ts";
import { by, defineVerb, statusOf, type Verb } from "./verb.ts";

/** What exec leaves a process with: how large data, bss and stack are, only a run tells. */
const programMappings = (textPages: number): Map<string, number | null> =>
  new Map([
    ["text", textPages],
    ["data", null],
    ["bss", null],
    ["stack", null],
  ]);
const PROGRAMS = ["/bin/sh", "/bin/true", "/usr/bin/env"];

/** More than any program has, and what exec takes at most. */
const programSize = (schema: z.ZodMiniType<number>): z.ZodMiniType<number> =>
  upTo(2 ** 24, "a size of at most 64G", schema);

export const exec: Verb = defineVerb(
  {
    exec: about(name, "Whose program is replaced. Its mappings are then text, data and stack."),
    program: z._default(about(path, "Path of the new program."), "/bin/true"),
    text: z._default(about(programSize(size), "Its code; 20 kB by default."), 5),
    data: z._default(about(programSize(sizeOrNone), "Its data; 8 kB by default."), 2),
    bss: z._default(
      about(programSize(sizeOrNone), "Its data that begins as zeroes; 4 kB by default."),
      1,
    ),
    args: z._default(
      about(programSize(size), "What its arguments and environment fill; a page by default."),
      1,
    ),
  },
  ({ exec: process, program, ...pages }) => ({
    ...by(process),
    text: `${process} ${program}`,
    threads: "ended",
    changes: (world) => [fileAt(world, program)],
    names(known, rounds) {
      if (rounds.length === 0) return;
      const { leader = process } = known.get(process) ?? {};
      known.set(leader, { space: { mappings: programMappings(pages.text) }, leader });
    },
    calls(world) {
      const pid = callerPid(world, process);
      const options = {
        path: program,
        textPages: pages.text,
        dataPages: pages.data,
        bssPages: pages.bss,
        argv: argumentStrings(program, pages.args),
      };
      return [callOf(world.kernel, pid, "execve", pid, options)];
    },
    settle(world, answers) {
      const status = statusOf(answers);
      if (status !== 0) return outcomeOfStatus(status);
      const survivor = survivorOf(world, findProcess(world, process));
      survivor.space = programSpace(world, survivor);
      return outcomeOfStatus(status);
    },
  }),
  [
    [
      6,
      ({ caller, random }) => ({
        exec: caller.name,
        program: random.pick(PROGRAMS),
        text: someSize(random),
        data: `${random.below(3)} pages`,
        bss: `${random.below(3)} pages`,
        args: `${1 + random.below(3)} pages`,
      }),
    ],
  ],
);

/** After an exec by a thread, the process goes on under its leader's name. */
function survivorOf({ processes }: World, caller: LiveProcess): LiveProcess {
  const { pid } = caller.task;
  return (
    [...processes.values()].find(
      (one) => one.pid === pid && one.task.signal === caller.task.signal,
    ) ?? caller
  );
}

/** No string may be longer than 32 pages. */
const LONGEST_STRING = 31 * PAGE_SIZE;
/** Room for what the kernel itself puts on the stack's last page. */
const LEFT_FREE = 512;

/** Strings that fill so many pages of the stack, together with the path. */
function argumentStrings(program: string, argPages: number): string[] {
  const bytes = argPages * PAGE_SIZE - LEFT_FREE - program.length;
  const full = Math.floor(bytes / LONGEST_STRING);
  const longest = full === 0 ? "" : "x".repeat(LONGEST_STRING - 1); // one for all: maybe thousands
  const strings = new Array<string>(full).fill(longest);
  const rest = bytes % LONGEST_STRING;
  return rest > 1 ? [...strings, "x".repeat(rest - 1)] : strings;
}

/** The mappings that exec has made, under the names of a program's segments. */
function programSpace(world: World, process: LiveProcess): LiveSpace {
  const { layout, vmas } = memoryOf(world, process);
  const stack = vmas.find(({ flags }) => flags & VmFlag.GROWSDOWN);
  const top = stack?.end ?? STACK_TOP_MAX;
  const segment = (start: number, end: number): LiveMapping => ({
    start,
    pages: (end - start) / PAGE_SIZE,
  });
  return {
    ...createAddressSpace(),
    mappings: new Map([
      ["text", segment(layout.startCode, layout.endCode)],
      ["data", segment(layout.startData, layout.endData)],
      ["bss", segment(layout.endData, layout.startBrk)],
      ["stack", segment(stack?.start ?? top, top)],
    ]),
  };
}

/** Steps that the kernel takes by itself, or that an administrator asks for. */
import { type Pfn, PMD_SIZE } from "@forkpath/abi";
import { sysSwapoff } from "@forkpath/mm";
import { pokeSlot } from "@forkpath/swap";
import { type Call, callOf, pathOf } from "./call.ts";
import { CannotRun } from "./cannot-run.ts";
import { DONE, failed } from "./outcome.ts";
import { immediate, plain, statusOf, type VerbRunners } from "./verb.ts";
import { pagesOf, rangesOf } from "./where.ts";
import { type findProcess, memoryOf, pidOf, taskOf } from "./who.ts";
import type { World } from "./world.ts";

type KernelVerb =
  | "reclaim"
  | "collapse"
  | "migrateBegin"
  | "migrateEnd"
  | "poison"
  | "swapon"
  | "swapoff"
  | "script"
  | "corrupt"
  | "coreDump"
  | "look";

export const kernelVerbs: VerbRunners<KernelVerb> = {
  reclaim: plain((world, { place, count, isIdle }) => {
    const pid = pidOf(world, place.process);
    const options = { ...(count === null ? {} : { count }), ignoreAccess: isIdle };
    if (place.mapping === null) return [callOf(world.kernel, null, "reclaim", pid, options)];
    return rangesOf(world, place).map(({ start, len }) =>
      callOf(world.kernel, null, "reclaim", pid, { ...options, start, end: start + len }),
    );
  }),
  collapse: plain((world, { place }) => {
    const pid = pidOf(world, place.process);
    const blocks = new Set(pagesOf(world, place).map((addr) => addr - (addr % PMD_SIZE)));
    return [...blocks].map((addr) => callOf(world.kernel, null, "collapse", pid, addr));
  }),
  migrateBegin: {
    calls(world, { place }) {
      const pid = pidOf(world, place.process);
      return rangesOf(world, place).map(({ start, len }) =>
        callOf(world.kernel, null, "migrateBegin", pid, start, len),
      );
    },
    // The answer is how many pages are under way: none means that they are in use.
    settle: (_world, _args, answers) => (statusOf(answers) === 0 ? failed("EBUSY") : DONE),
  },
  migrateEnd: plain((world) => [callOf(world.kernel, null, "migrateEnd")]),
  poison: plain((world, { place }) => {
    const pid = pidOf(world, place.process);
    return pagesOf(world, place).map((addr) => poisonCall(world, pid, addr));
  }),
  swapon: immediate((world, { sizePages, priority }) => {
    world.kernel.swapon({ pages: sizePages, ...(priority === null ? {} : { prio: priority }) });
  }),
  swapoff: plain((world, { area, by }) => {
    if (by !== null) {
      const pid = pidOf(world, by);
      return [callOf(world.kernel, pid, "swapoff", pid, area)];
    }
    const env = world.kernel.machine.mm;
    const mm = memoryOf(world, someoneWithMemory(world));
    return [pathOf(null, () => sysSwapoff(env, mm, area))];
  }),
  script: immediate((world, { name, status }) => {
    world.kernel.machine.fork.failStep.set(name, status);
  }),
  corrupt: immediate((world, { place, slotByte }) => {
    const pid = pidOf(world, place.process);
    for (const addr of pagesOf(world, place)) corruptSlot(world, pid, addr, slotByte);
  }),
  coreDump: immediate((world, { process, isRunning }) => {
    world.kernel.setCoreDump(pidOf(world, process), isRunning);
  }),
  look: immediate(() => {}),
};

/** @throws CannotRun where no frame is mapped */
function poisonCall(world: World, pid: number, addr: number): Call {
  const pfn: Pfn | undefined = world.kernel.frame(pid, addr);
  if (pfn === undefined) throw new CannotRun("no frame is mapped there that could go bad");
  return callOf(world.kernel, null, "memoryFailure", pfn);
}

/** @throws CannotRun for a page that is not swapped */
function corruptSlot({ kernel }: World, pid: number, addr: number, byte: number): void {
  const { slot } = kernel.entry(pid, addr);
  if (slot === undefined) throw new CannotRun("no page is swapped out there");
  pokeSlot(kernel.machine.mm.swap, slot.type, slot.offset, { byte, digits: [] });
}

/** An administrator's swapoff, for whose memory any process's may stand. */
function someoneWithMemory(world: World): ReturnType<typeof findProcess> {
  for (const process of world.processes.values()) {
    if (taskOf(world, process)?.mm) return process;
  }
  throw new CannotRun("nobody with memory is left to call swapoff");
}

/** Swap areas come and go; and a byte of a swap map is overwritten. */
import { sysSwapoff } from "@forkpath/mm";
import { pokeSlot } from "@forkpath/swap";
import * as z from "zod/mini";
import { about, integer, name, place, swapSize } from "../format/leaves.ts";
import { callOf, pathOf } from "../world/call.ts";
import { CannotRun } from "../world/cannot-run.ts";
import { pagesOf } from "../world/where.ts";
import { memoryOf, pidOf, taskOf } from "../world/who.ts";
import type { LiveProcess, World } from "../world/world.ts";
import { type Choice, type Entry, withoutWaiting } from "./dice.ts";
import { atOnce, defineVerb, on, type Verb } from "./verb.ts";

const MOST_AREAS = 4;
const MOST_SWAP_PAGES = 60;

function someSwapon({ world, random }: Choice): Entry | null {
  if (world.kernel.totals().swapPages > MOST_SWAP_PAGES) return null;
  return { swapon: `${4 + random.below(20)} pages`, priority: random.below(3) };
}

export const swapon: Verb = defineVerb(
  {
    swapon: about(swapSize, "How large the new swap area is."),
    priority: z.exactOptional(about(integer(0, 32_767), "Higher ones are filled first.")),
  },
  ({ swapon: pages, priority: prio }) =>
    atOnce((world) => {
      world.kernel.swapon({ pages, ...(prio === undefined ? {} : { prio }) });
    }),
  [[2, someSwapon]],
);

const someSwapoff = ({ caller, random }: Choice): Entry => ({
  swapoff: random.below(MOST_AREAS),
  ...(random.once(2) ? { by: caller.name } : {}),
});

export const swapoff: Verb = defineVerb(
  {
    swapoff: about(integer(0, 31), "Which swap area, counted from 0."),
    by: z.exactOptional(about(name, "Which process calls it; by default the first with memory.")),
  },
  ({ swapoff: area, by: process }) => ({
    ...(process === undefined ? { looksAt: "tasks" as const } : { uses: [process] }),
    calls(world) {
      if (process !== undefined) {
        const pid = pidOf(world, process);
        return [callOf(world.kernel, pid, "swapoff", pid, area)];
      }
      const env = world.kernel.machine.mm;
      const mm = memoryOf(world, firstWithMemory(world));
      return [pathOf(null, () => sysSwapoff(env, mm, area))];
    },
  }),
  [[2, withoutWaiting(someSwapoff)]],
);

/** The memory that an administrator's swapoff works on behalf of: any process's would do. */
function firstWithMemory(world: World): LiveProcess {
  for (const process of world.processes.values()) {
    if (taskOf(world, process)?.mm) return process;
  }
  throw new CannotRun("no process with memory is left to call swapoff");
}

/** A byte of the swap map is overwritten, as by a stray write. Random histories leave it out. */
export const corrupt: Verb = defineVerb(
  {
    corrupt: about(place, "Swapped pages whose slots are overwritten."),
    slotByte: about(integer(0, 255), "The new byte in the swap map."),
  },
  ({ corrupt: where, slotByte }) => ({
    ...on(where),
    ...atOnce((world) => {
      const pid = pidOf(world, where.process);
      for (const addr of pagesOf(world, where)) corruptSlot(world, pid, addr, slotByte);
    }),
  }),
);

/** @throws CannotRun for a page that is not swapped */
function corruptSlot({ kernel }: World, pid: number, addr: number, byte: number): void {
  const { slot } = kernel.entry(pid, addr);
  if (slot === undefined) throw new CannotRun("no page is swapped out there");
  pokeSlot(kernel.machine.mm.swap, slot.type, slot.offset, { byte, digits: [] });
}

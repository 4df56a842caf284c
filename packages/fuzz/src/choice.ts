/** What a random step is chosen from: who can be told to do something, and which pages they have. */

import { ThpMode } from "@forkpath/mm";
import { type LiveMapping, type LiveProcess, taskOf, type World } from "@forkpath/scenario";
import type { Entry } from "./history.ts";
import type { Random } from "./random.ts";
import { someHugeSize } from "./random-machine.ts";

export interface Choice {
  readonly world: World;
  readonly random: Random;
  /** Who makes the call: it has memory, and does not wait. */
  readonly caller: LiveProcess;
  /** Everyone who has not ended, those who wait among them. */
  readonly living: readonly LiveProcess[];
}

/** A step, or null where none of this kind can be made. */
export type Maker = (choice: Choice) => Entry | null;
/** How often, compared with all others, and what. */
export type WeightedMaker = readonly [weight: number, make: Maker];

const MOST_PAGES = 8;

export const isLiving = (world: World, process: LiveProcess): boolean => {
  const task = taskOf(world, process);
  return task !== undefined && task.mm !== null && task.state === "running";
};

/** `3 pages` */
export const someSize = (random: Random): string => `${1 + random.below(MOST_PAGES)} pages`;

export const hasHugePages = ({ kernel }: World): boolean =>
  kernel.machine.config.transparentHugepage !== ThpMode.NEVER;

/** Where there are huge pages, large enough for one in one case of four. */
export const someLength = ({ world, random }: Choice): string =>
  hasHugePages(world) && random.once(4) ? someHugeSize(random) : someSize(random);

/** A place in one of the process's mappings, in one case of two all of it; null for who has none. */
export function somePlace(
  { random }: Choice,
  { name, space }: LiveProcess,
  isWanted: (mapping: string) => boolean = () => true,
): string | null {
  const mappings = [...space.mappings].filter(([at, { pages }]) => pages > 0 && isWanted(at));
  if (mappings.length === 0) return null;
  const [mapping, where] = random.pick(mappings);
  return random.once(2) ? `${name} ${mapping}` : `${name} ${mapping} ${somePages(random, where)}`;
}

/** `2..5` */
function somePages(random: Random, { pages }: LiveMapping): string {
  const first = random.below(pages);
  return `${first}..${first + random.below(pages - first)}`;
}

/** A step about pages of the caller. */
export const atPlace =
  (verb: string, rest: (choice: Choice) => Entry = () => ({})): Maker =>
  (choice) => {
    const place = somePlace(choice, choice.caller);
    return place === null ? null : { [verb]: place, ...rest(choice) };
  };

/**
 * Steps of the kernel, or of nobody in particular: there is no task that could wait, so none is
 * made while a page is under way.
 */
export const withoutWaiting =
  (make: Maker): Maker =>
  (choice) =>
    choice.world.kernel.machine.migrations.length === 0 ? make(choice) : null;

/**
 * How a random history comes to a step: the processes and pages that it is chosen from. Each verb
 * has its dice; `@forkpath/fuzz` throws them.
 */
import { type MmRules, ThpMode } from "@forkpath/mm";
import type { LiveMapping, LiveProcess, World } from "../world/world.ts";

/** What stands behind one key of a scenario file: `{ fork: "p1", as: "p2" }`. */
export type Entry = Readonly<Record<string, unknown>>;

/** Numbers by chance. */
export interface Chance {
  /** An integer from 0 up to, and without, `end`. */
  below(end: number): number;
  /** True once in `times`. */
  once(times: number): boolean;
  /** One of the items, of which there must be some. */
  pick<Item>(items: readonly Item[]): Item;
}

/** All that is asked of chance, by one source of numbers. */
export const chanceFrom = (below: Chance["below"]): Chance => ({
  below,
  once: (times) => below(times) === 0,
  pick: (items) => items[below(items.length)],
});

/** What a random step is chosen from. */
export interface Choice {
  /** The machine, and its names. */
  readonly world: World;
  /** Where chance comes from. */
  readonly random: Chance;
  /** The process that makes the call: it has memory, and does not wait. */
  readonly caller: LiveProcess;
  /** All processes that have not ended; those that wait are among them. */
  readonly living: readonly LiveProcess[];
}

/** A step, or null where none of this kind can be made. */
export type Throw = (choice: Choice) => Entry | null;
/** How often, compared with all others, in multiples of `WEIGHT_UNIT`; and what. */
export type Die = readonly [weight: number, make: Throw];
const WEIGHT_UNIT = 0.5;

/** Dice of which one is thrown. */
export interface Cup {
  readonly dice: readonly Die[];
  /** Their sum. */
  readonly weights: number;
}
export const cupOf = (dice: readonly Die[]): Cup => ({
  dice,
  weights: dice.reduce((sum, [weight]) => sum + weight, 0),
});

/** One of the dice, as often as its weight says. */
export function pickDie(random: Chance, { dice, weights }: Cup): Die {
  let left = random.below(weights / WEIGHT_UNIT) * WEIGHT_UNIT;
  for (const die of dice) {
    left -= die[0];
    if (left < 0) return die;
  }
  throw new RangeError("pickDie: the weights do not add up");
}

const MOST_PAGES = 8;
/** Pages of a mapping that a huge page of 512 fits into, and sometimes more than one. */
const LEAST_HUGE = 520;
const HUGE_SPAN = 600;

/** `3 pages` */
export const someSize = (random: Chance): string => `${1 + random.below(MOST_PAGES)} pages`;

/** `800 pages` */
export const someHugeSize = (random: Chance): string =>
  `${LEAST_HUGE + random.below(HUGE_SPAN)} pages`;

export const hasHugePages = ({ kernel }: World): boolean =>
  kernel.machine.config.transparentHugepage !== ThpMode.NEVER;

/** Where there are huge pages, large enough for one in one case of four. */
export const someLength = ({ world, random }: Choice): string =>
  hasHugePages(world) && random.once(4) ? someHugeSize(random) : someSize(random);

/**
 * A place in one of the process's mappings, in one case of two all of it; null without mappings.
 */
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
function somePages(random: Chance, { pages }: LiveMapping): string {
  const first = random.below(pages);
  return `${first}..${first + random.below(pages - first)}`;
}

/** Pages of any process, which may be waiting. */
export const someonesPlace = (choice: Choice): string | null =>
  somePlace(choice, choice.random.pick(choice.living));

/** What the machine's kernel does where releases of mm differ. */
export const mmRulesOf = ({ world }: Choice): MmRules => world.kernel.machine.mm.rules;

/** A step about pages of the caller. */
export const atPlace =
  (verb: string, rest: (choice: Choice) => Entry = () => ({})): Throw =>
  (choice) => {
    const place = somePlace(choice, choice.caller);
    return place === null ? null : { [verb]: place, ...rest(choice) };
  };

/**
 * For steps of the kernel, and for others that no task makes. No task could wait in one, so none is
 * made while a page is under way.
 */
export const withoutWaiting =
  (make: Throw): Throw =>
  (choice) =>
    choice.world.kernel.machine.migrations.length === 0 ? make(choice) : null;

/**
 * A verb of a scenario, whole in one object: the keys that it takes, the calls that it comes to,
 * how it ended, what it is called in reports, and how a random history throws it.
 *
 *    export const munlock: Verb = defineVerb(
 *      { munlock: about(place, "Which pages may go again.") },
 *      ({ munlock: place }) => ({ ...on(place), calls: rangeCalls("munlock", place) }),
 *      [[3, atPlace("munlock")]],
 *    );
 *
 * The arguments of a step live in what the second function gives back. Nothing else needs their
 * type.
 */
import * as z from "zod/mini";
import { keysOf } from "../format/keys.ts";
import {
  checkUsed,
  type KnownNames,
  type NamesMade,
  type NameUse,
  type TellProblem,
} from "../format/known.ts";
import { type Place, placeText } from "../format/place.ts";
import { act } from "../world/act.ts";
import type { PlannedCall } from "../world/call.ts";
import { CannotRun } from "../world/cannot-run.ts";
import { DONE, outcomeOfStatus, type StepOutcome } from "../world/outcome.ts";
import type { StepPlan, World } from "../world/world.ts";
import type { Die } from "./dice.ts";

/** What a step can do, without its arguments. */
export interface Verb {
  /** The key that a step is recognised by. */
  readonly name: string;
  /** All keys that it takes. */
  readonly keys: readonly string[];
  /** Takes the verb's own keys of a step. */
  readonly schema: z.ZodMiniType<Action>;
  /** How a random history comes to it; none for a verb that such histories leave out. */
  readonly dice: readonly Die[];
  /** How one comes to it on releases after el6, besides: el6's histories stay what they are. */
  readonly laterDice: readonly Die[];
}

/** What a verb does with one step's arguments. */
export interface Deed {
  /** What reports tell behind the verb: `master as worker`. */
  readonly text?: string;
  readonly uses?: readonly NameUse[];
  /** Which names there are afterwards. */
  readonly names?: NamesMade;
  /** Pages that it brings into memory, for all that the text says. */
  readonly brings?: readonly Place[];
  /** The mapping that it gives a name to. */
  readonly makes?: Pick<Place, "process" | "mapping">;
  /** Whether the child shares the memory of its parent, or copies it. */
  readonly birth?: "shares" | "copies";
  /** The child's name; with `times`, the rounds' numbers come behind it. */
  readonly child?: string;
  /** Whether it makes threads, ends other threads of its process, or kills another process. */
  readonly threads?: "made" | "ended" | "killed";
  /** What it looks at, besides names, to find out what it is to call. */
  readonly looksAt?: "tasks" | "areas" | "entries";
  /**
   * What it changes to find that out: where the next mapping will lie, a file that it opens. Each
   * is an object that stands for itself.
   */
  changes?(world: World): readonly unknown[];
  /** Whether it goes on to use the pages of what it has made, all in one. */
  readonly furnishes?: boolean;
  /**
   * None for what is done without a call.
   * @throws CannotRun when a name means nothing
   */
  calls?(world: World): readonly PlannedCall[];
  /**
   * Brings names up to date. Gets the answers of all calls, up to the first that failed. By default
   * a negative answer is an errno.
   * @param name the child's, with its number
   * @param calls as `calls` has planned them
   */
  settle?(
    world: World,
    answers: readonly unknown[],
    name: string,
    calls: readonly PlannedCall[],
  ): StepOutcome;
  /** Whether an answer ends the step before its later calls; by default if it is negative. */
  isFailure?(answer: unknown): boolean;
  /** All of the step, for one that is no list of calls. */
  run?(world: World): StepOutcome;
}

/** One verb with its arguments: what a step does. */
export interface Action {
  /** Name of the verb. */
  readonly verb: string;
  /** `fork master as worker` */
  readonly text: string;
  /** Names that must exist when it is done. */
  readonly uses: readonly NameUse[];
  /** Which names there are afterwards; null where they stay the same. */
  readonly names: NamesMade | null;
  /** Whether it makes threads, ends threads of its process, or kills a process; null for none. */
  readonly threads: "made" | "ended" | "killed" | null;
  /**
   * What it touches before its first call: names and the tasks that they stand for; besides, all
   * other tasks, where areas are, or entries of page tables; or, where it is done without a call,
   * anything.
   */
  readonly touches: "names" | "tasks" | "areas" | "entries" | "anything";
  /** What it changes before its first call; null for nothing. See `Deed.changes`. */
  readonly changes: ((world: World) => readonly unknown[]) | null;
  /** Whether it uses pages of what it has made, after its last call. */
  readonly furnishes: boolean;
  /** Pages that it brings into memory, for all that the text says. */
  readonly brings: readonly Place[];
  /** The mapping that it gives a name to; null for none. */
  readonly makes: Pick<Place, "process" | "mapping"> | null;
  /** Whether the child shares the memory of its parent, or copies it; null for no child. */
  readonly birth: "shares" | "copies" | null;
  /** Whether it is a list of calls; a race and its rest are none. */
  readonly isPlanned: boolean;
  /**
   * Looks names up.
   * @param round counted from 1 with `times`, else 0
   * @throws CannotRun when a name means nothing, and for a race or its rest
   */
  plan(world: World, round: number): StepPlan;
  /** Does the whole step. @throws CannotRun likewise */
  run(world: World, round: number): StepOutcome;
}

/**
 * @param shape the keys that it takes; the first is its name
 * @param bind puts a step's arguments into what is to be done with them
 */
export const defineVerb = <Shape extends z.core.$ZodShape>(
  shape: Shape,
  bind: (given: z.output<z.ZodMiniObject<Shape, z.core.$strict>>) => Deed,
  dice?: readonly Die[],
  laterDice?: readonly Die[],
): Verb => verbWith(z.strictObject(shape), bind, dice, laterDice);

/** A verb whose keys are made into something else first. */
export function verbWith<Given>(
  schema: z.ZodMiniType<Given>,
  bind: (given: Given) => Deed,
  dice: readonly Die[] = [],
  laterDice: readonly Die[] = [],
): Verb {
  const keys = keysOf(schema);
  const [name] = keys;
  return {
    name,
    keys,
    schema: z.pipe(
      schema,
      z.transform((given: Given) => toAction(name, bind(given))),
    ),
    dice,
    laterDice,
  };
}

/** Gives the deed its defaults. */
export function toAction(verb: string, deed: Deed): Action {
  const { text = "", uses = [], names = null, threads = null } = deed;
  const { brings = [], makes = null, birth = null, looksAt = "names" } = deed;
  const plan = (world: World, round: number): StepPlan => planDeed(world, deed, round);
  return {
    verb,
    text: text === "" ? verb : `${verb} ${text}`,
    uses,
    names,
    threads,
    touches: deed.calls === undefined ? "anything" : looksAt,
    changes: deed.changes?.bind(deed) ?? null,
    furnishes: deed.furnishes ?? false,
    brings,
    makes,
    birth,
    isPlanned: deed.run === undefined,
    plan,
    run: (world, round) => deed.run?.(world) ?? act(world, plan(world, round)),
  };
}

function planDeed(world: World, deed: Deed, round: number): StepPlan {
  if (deed.run !== undefined) throw new CannotRun("a race has no races inside");
  const child = deed.child === undefined ? null : nameOfRound(deed.child, round);
  const calls = deed.calls?.(world) ?? [];
  return {
    calls,
    child,
    settle: (answers) =>
      deed.settle?.(world, answers, child ?? "", calls) ?? outcomeOfStatus(statusOf(answers)),
    isFailure: (answer) => deed.isFailure?.(answer) ?? (typeof answer === "number" && answer < 0),
  };
}

/** Whether the names that an action uses mean something; then adds those that it makes. */
export function checkAction(
  { uses, names }: Action,
  rounds: readonly number[],
  known: KnownNames,
  report: TellProblem,
): void {
  for (const used of uses) checkUsed(used, known, report);
  names?.(known, rounds, report);
}

/**
 * A child's name: `worker`, or with `times` worker1, worker2 and so on; round 0 is the only one.
 */
export const nameOfRound = (as: string, round: number): string =>
  round === 0 ? as : `${as}${round}`;

/** The first answer that is negative, or the last number. */
export function statusOf(answers: readonly unknown[]): number {
  const statuses = answers.filter((answer) => typeof answer === "number");
  return statuses.find((status) => status < 0) ?? statuses.at(-1) ?? 0;
}

/** A deed about pages. */
export const on = (place: Place): Pick<Deed, "text" | "uses"> => ({
  text: placeText(place),
  uses: [place],
});

/** A deed of a process. */
export const by = (process: string): Pick<Deed, "text" | "uses"> => ({
  text: process,
  uses: [process],
});

/** What is done without a call, and goes well. */
export const atOnce = (done: (world: World) => void): Pick<Deed, "settle"> => ({
  settle(world) {
    done(world);
    return DONE;
  },
});

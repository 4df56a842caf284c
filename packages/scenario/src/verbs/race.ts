/**
 * Two or more calls at once, stepped through in a given order: how a race is shown.
 *
 *    - race:
 *        a: { exec: child, args: 3 pages }
 *        b: { write: parent heap 7 }
 *      schedule:
 *        - a until store _anon_rss      up to where it would store the counter
 *        - b to the end
 *        - a to the end                 which is also what happens when the schedule is used up
 *
 * With `pause: true` it stops when the schedule is used up, for a look at what is there in between;
 * the step `resume: true` takes it to its end.
 *
 * A schedule may also be one text of letters: `aabba` gives a two steps, b two, and a one. What
 * each step is, a trace shows. A thread that has to wait keeps its turn until it can go on, or
 * gives it up when nothing but another thread can help it.
 */
import * as z from "zod/mini";
import { about, either, leaf, yes } from "../format/leaves.ts";
import { resumeRace, runRace, type Turn } from "../world/race.ts";
import { Makers } from "./makers.ts";
import { type Action, checkAction, defineVerb, toAction, type Verb } from "./verb.ts";

/** A race whose threads are not looked into yet: their steps have verbs of their own. */
export interface RaceInput {
  readonly race: Readonly<Record<string, unknown>>;
  readonly schedule: readonly Turn[];
  readonly pause: boolean;
}

const TURN = "a turn such as `a 5`, `a until store _anon_rss` or `a to the end`";
const SCHEDULE = "letters of threads such as aabba, or a list of turns such as `a to the end`";
const letter = z
  .string()
  .check(z.regex(/^[a-z]$/, { error: () => "one small letter for a thread" }));

const turn: z.ZodMiniType<Turn> = leaf(z.string({ error: () => TURN }), TURN, parseTurn);
const letters = leaf(
  z.string().check(z.regex(/^[a-z ]+$/, { error: () => SCHEDULE })),
  SCHEDULE,
  parseLetters,
);

/** The one verb that is made of others. */
export const RACE = "race";

export const raceSchema: z.ZodMiniType<RaceInput> = leaf(
  z.strictObject({
    race: about(z.record(letter, z.unknown()), "A step for each thread, which has a letter."),
    schedule: z._default(
      about(either<Turn[]>(SCHEDULE, letters, z.array(turn)), "Which thread goes when.", "aabba", [
        "a until store _anon_rss",
        "b to the end",
      ]),
      [],
    ),
    pause: z._default(about(yes, "Stop when the schedule is used up, until `resume`."), false),
  }),
  "a race whose schedule names its threads",
  (given) => {
    const isKnown = given.schedule.every(({ thread }) => given.race[thread] !== undefined);
    return isKnown ? given : undefined;
  },
);

/** @param actions what each thread does, by its letter */
export function raceOf(
  { schedule, pause }: RaceInput,
  actions: ReadonlyMap<string, Action>,
): Action {
  const texts = [...actions].map(([thread, { text }]) => `${thread}: ${text}`);
  return toAction(RACE, {
    text: `of ${texts.join(" and ")}`,
    brings: [...actions.values()].flatMap(({ brings }) => brings),
    names(known, _rounds, report) {
      const makers = new Makers();
      for (const [thread, action] of actions) {
        checkAction(action, [0], known, report);
        makers.check(thread, action, known, report);
      }
    },
    run(world) {
      const threads = [...actions].map(
        ([thread, action]) => [thread, () => action.plan(world, 0)] as const,
      );
      return runRace(world, { threads: new Map(threads), schedule, isPaused: pause });
    },
  });
}

export const resume: Verb = defineVerb(
  { resume: about(z.literal(true), "The race that paused goes on.") },
  () => ({ run: resumeRace }),
);

/** Nothing happens: a place for expectations. */
export const look: Verb = defineVerb(
  { look: z.exactOptional(about(z.string(), "A word about what is seen now.")) },
  () => ({}),
);

/** `aabba` is three turns. */
function parseLetters(text: string): Turn[] {
  return [...text.replaceAll(" ", "").matchAll(/(.)\1*/g)].map(([run, thread = ""]) => ({
    thread,
    goal: { kind: "steps", steps: run.length },
  }));
}

function parseTurn(text: string): Turn | undefined {
  const [, thread = "", rest = ""] = /^([a-z]) (.+)$/.exec(text.trim()) ?? [];
  if (rest === "to the end") return { thread, goal: { kind: "end" } };
  if (/^\d+$/.test(rest)) return { thread, goal: { kind: "steps", steps: Number(rest) } };
  const [, point] = /^until (.+)$/.exec(rest) ?? [];
  return point === undefined ? undefined : { thread, goal: { kind: "until", point } };
}

/**
 * Steps that dice have made are read without being held against the schemas of their verbs, and
 * mean what they would in a file.
 */
import { expect, test } from "vitest";
import * as z from "zod/mini";
import {
  type Chance,
  type Choice,
  chanceFrom,
  createStepReader,
  type Entry,
  openWorld,
  runStep,
  scenarioOf,
  stepOf,
  taskOf,
  VERBS,
} from "../src/internal.ts";
import { readerOf } from "../src/parse/reader.ts";
import type { World } from "../src/world/world.ts";

const THROWN = 2500;
/** Of 41 that have dice. */
const LEAST_VERBS = 39;
/** So that nobody runs out of names and memory. */
const STEPS_A_WORLD = 60;

/** A linear congruential generator. */
function createChance(seed: number): Chance {
  let state = seed;
  return chanceFrom((end) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * end);
  });
}

const START = {
  processes: {
    p1: {
      mappings: {
        heap: { kind: "heap", size: "6 pages", written: "50%" },
        stack: { kind: "stack", size: "3 pages", written: "2" },
      },
    },
    p2: { parent: "p1", mappings: { lib: { kind: "file", file: "/lib/a", size: "4 pages" } } },
  },
};

const DICE = VERBS.flatMap(({ dice, laterDice }) => [...dice, ...laterDice]);

const openOn = (kernel: string): World =>
  openWorld(
    scenarioOf({
      machine: { kernel, memory: "4000 pages", swap: ["50 pages"], transparentHugepage: "always" },
      ...START,
    }),
  );

/** What a die makes, where there is a process that could do it; else null. */
function throwDie(world: World, random: Chance): Entry | null {
  const living = [...world.processes.values()].filter((one) => {
    const task = taskOf(world, one);
    return task?.mm != null && task.state === "running" && !world.kernel.isBlocked(one.pid);
  });
  if (living.length === 0) return null;
  const choice: Choice = { world, random, living, caller: random.pick(living) };
  return random.pick(DICE)[1](choice);
}

/** Of a verb's arguments, before they are bound to what is to be done with them. */
function schemaOf(verb: string): z.ZodMiniType {
  const found = VERBS.find(({ name }) => name === verb)?.schema;
  return (found as z.ZodMiniPipe)._zod.def.in as z.ZodMiniType;
}

/** Without the functions that the arguments are bound in. */
const factsOf = (step: object): unknown => JSON.parse(JSON.stringify(step));

test.each(["el6", "v6.18"])("what %s's dice make", (kernel) => {
  const random = createChance(7);
  const read = createStepReader();
  const seen = new Set<string>();
  let world = openOn(kernel);
  for (let thrown = 0; thrown < THROWN; thrown++) {
    if (thrown % STEPS_A_WORLD === 0) world = openOn(kernel);
    const keys = throwDie(world, random);
    if (keys === null) continue;
    const entry = random.once(8) ? { ...keys, failAllocation: 1 + random.below(9) } : keys;
    const step = read(entry);
    expect(factsOf(step)).toEqual(factsOf(stepOf(entry)));
    const schema = schemaOf(step.action.verb);
    expect(readerOf(schema)(keys)).toEqual(z.core.parse(schema, keys));
    seen.add(step.action.verb);
    runStep(world, step, 1);
  }
  expect(seen.size).toBeGreaterThanOrEqual(LEAST_VERBS);
});

test("what no verb has made is no step", () => {
  expect(() => createStepReader()({ jump: "p1" })).toThrow(/^createStepReader: entry must have/);
});

/**
 * Every number that the page shows equals what the command line says: all examples, every step,
 * letters, counters, shares. It takes longer than others, since it starts the command for each.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { PAGE_SIZE } from "@forkpath/abi";
import type { MachinePicture, TaskPicture } from "@forkpath/picture";
import { expect, test } from "vitest";
import { Chunks, columnsOf } from "../src/chunks/hold.ts";
import { areaWords } from "../src/chunks/words.ts";
import { openStory } from "../src/worker/open.ts";
import type { AreaState, MachineState, SpaceState } from "../src/worker/protocol.ts";
import { examples } from "./files.ts";

const MAIN = fileURLToPath(new URL("../../cli/src/main.ts", import.meta.url));
const MOST_OUTPUT = 512 * 2 ** 20; // bytes
/** Of larger areas the first pages are compared one by one, and all of them in words. */
const MOST_PAGES = 70_000;

interface Shown {
  readonly start: MachinePicture;
  readonly steps: readonly { readonly after: MachinePicture; readonly outcome: string }[];
}

/** What `forkpath show NAME --json` prints. */
async function shownBy(name: string): Promise<Shown> {
  const words = ["--conditions=@forkpath/source", MAIN, "show", name, "--json"];
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, words, { maxBuffer: MOST_OUTPUT }).catch(
    (error: { stdout: string; code: number }) => {
      if (error.code !== 1) throw error;
      return error; // an expectation was not met
    },
  );
  return JSON.parse(stdout) as Shown;
}

/** `8s 30r 2m 8-` */
function runsText(letters: Uint8Array): string {
  const runs: string[] = [];
  for (let at = 0, end = 0; at < letters.length; at = end) {
    while (end < letters.length && letters[end] === letters[at]) end++;
    runs.push(`${end - at}${String.fromCharCode(letters[at])}`);
  }
  return runs.join(" ");
}

/** An area as the page has it: what it says in words is counted apart from the letters. */
function pageArea(held: Chunks, space: SpaceState, area: AreaState): object {
  const { start, end, permissions, name, sums, words } = area;
  const pages = (end - start) / PAGE_SIZE;
  const isSmall = pages <= MOST_PAGES;
  const letters = isSmall ? runsText(columnsOf(held, space, start, pages).letters) : "large";
  return { start, end, permissions, name, sums, letters, words: totalsOf(areaWords(words)) };
}

/** How many pages of each letter, whoever shares them. */
function totalsOf(words: string): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const [, count, letter] of words.matchAll(/(\d[\d,]*) (without|\S)/g)) {
    const key = letter === "without" ? "-" : letter;
    totals[key] = (totals[key] ?? 0) + Number(count.replaceAll(",", ""));
  }
  return totals;
}

function cliArea(area: NonNullable<TaskPicture["memory"]>["areas"][number]): object {
  const { start, end, permissions, name, sums, runs } = area;
  const isSmall = (end - start) / PAGE_SIZE <= MOST_PAGES;
  const letters = isSmall
    ? runs.map(({ letter, pages }) => `${pages}${letter}`).join(" ")
    : "large";
  const words: Record<string, number> = {};
  for (const { letter, pages } of runs) words[letter] = (words[letter] ?? 0) + pages;
  return { start, end, permissions, name, sums, letters, words };
}

const fromPage = (held: Chunks, { totals, tasks, spaces }: MachineState): object => ({
  totals,
  tasks: tasks.map(({ name, pid, state, mm }) => {
    const space = spaces.find((one) => one.mm === mm);
    if (space === undefined) return { name, pid, state, memory: null };
    const { status, rss, sums } = space;
    const areas = space.areas.map((area) => pageArea(held, space, area));
    return { name, pid, state, memory: { mm, status, rss, sums, areas } };
  }),
});

const fromCli = ({ totals, tasks }: MachinePicture): object => ({
  totals,
  tasks: tasks.map(({ name, pid, state, memory }) => {
    if (memory === null) return { name, pid, state, memory };
    const { mm, status, rss, sums, areas } = memory;
    return { name, pid, state, memory: { mm, status, rss, sums, areas: areas.map(cliArea) } };
  }),
});

test.concurrent.for(examples)("$name", async ({ name, text }, { expect: expectHere }) => {
  const shown = await shownBy(name);
  const { opened } = openStory(text, `${name}.yaml`, null);
  if (opened.kind !== "run") throw new Error(`${name} does not run`);
  const held = new Chunks();
  held.add(opened.chunks, opened.looks);
  const { states, steps } = opened.run;
  expectHere(states).toHaveLength(shown.steps.length + 1);
  expectHere(steps.map(({ result }) => result?.outcome)).toEqual(
    shown.steps.map(({ outcome }) => outcome),
  );
  for (const [step, machine] of [shown.start, ...shown.steps.map(({ after }) => after)].entries()) {
    expectHere([step, fromPage(held, states[step])]).toEqual([step, fromCli(machine)]);
  }
});

test("there are examples", () => expect(examples.length).toBeGreaterThan(12));

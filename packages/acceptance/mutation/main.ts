/**
 * Mutation test: makes faults on purpose, one at a time, and sees whether a test notices.
 *
 *    pnpm mutation [--package NAME]... [--only ID]... [--json]
 *    pnpm mutation --random COUNT [--seed SEED] [--after ID] [--survey FILE] [--json]
 *    pnpm mutation --near PLACE... [--json]
 *
 * The first makes the planted faults, the second changes that a machine places, the third all of
 * those whose names begin with PLACE: `mm/copy/one-pte.ts:53`. Takes minutes and uses one core.
 * --after goes on with a run that was broken off behind ID; --survey keeps in FILE which tests
 * reach which part of a source, for the next run. Exits 1 when too many survive, or a planted fault
 * that no reason excuses; 2 when it cannot run at all: a fault does not fit its source any more, or
 * the tests fail without one.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { REPO } from "@forkpath/config/published";
import { type Fault, FaultMovedError, pathOf, withFault } from "./fault.ts";
import { ALL_FAULTS } from "./faults/all.ts";
import { Judge } from "./judge.ts";
import { chooseMutants, MUTATED } from "./random/choose.ts";
import { type Reach, surveyReach } from "./reach/reach.ts";
import { isGood, type Judged, jsonText, lineOf, summaryText } from "./report.ts";
import { nameOf } from "./suite.ts";
import { suitesOf } from "./suites.ts";
import { Tests } from "./tests.ts";
import { copyWorkspace } from "./workspace.ts";

/** A survey takes minutes: it pays for this many changes, and not for a few. */
const SURVEYED_FROM = 50;
const USAGE =
  "usage: pnpm mutation [--package NAME]... [--only ID | --random COUNT [--seed SEED]] [--json]\n" +
  "       pnpm mutation --near PLACE... [--json]";

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`mutation: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      package: { type: "string", multiple: true },
      only: { type: "string", multiple: true },
      random: { type: "string" },
      seed: { type: "string", default: "1" },
      near: { type: "string", multiple: true },
      after: { type: "string", default: "" },
      survey: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const say = values.json ? console.error : console.log;
  const faults = await chooseFaults(values);
  const judged = await judgeAll(faults, values.survey, say);
  console.log(values.json ? jsonText(judged) : `\n${summaryText(judged)}`);
  return isGood(judged) ? 0 : 1;
}

interface Choice {
  readonly package?: string[];
  readonly only?: string[];
  readonly random?: string;
  readonly seed: string;
  readonly near?: string[];
  readonly after: string;
}

async function chooseFaults(choice: Choice): Promise<readonly Fault[]> {
  if (choice.near !== undefined) return mutantsNear(choice.near);
  const packages = choice.package ?? [];
  if (choice.random === undefined) {
    const planted = choosePlanted(packages, choice.only ?? []);
    await expectAllFit(planted);
    return planted;
  }
  const unknown = packages.find((name) => !MUTATED.includes(name));
  if (unknown !== undefined) throw new Error(`no package ${unknown} to change\n${USAGE}`);
  const among = packages.length === 0 ? MUTATED : packages;
  const [count, seed] = [numberOf("--random", choice.random), numberOf("--seed", choice.seed)];
  const chosen = await chooseMutants(REPO, among, count, seed);
  return chosen.filter(({ id }) => id > choice.after);
}

/** All changes at these places, to judge one again that survived. */
async function mutantsNear(places: readonly string[]): Promise<readonly Fault[]> {
  const all = await chooseMutants(REPO, MUTATED, Number.POSITIVE_INFINITY, 0);
  const chosen = all.filter(({ id }) => places.some((place) => id.startsWith(place)));
  if (chosen.length > 0) return chosen;
  throw new Error(`nothing can be changed at ${places.join(", ")}\n${USAGE}`);
}

function numberOf(option: string, text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number < 2 ** 32) return number;
  throw new Error(`${option} takes a whole number below 2^32, got ${text}\n${USAGE}`);
}

/** All faults, or those of the packages and with the ids that are asked for. */
function choosePlanted(packages: readonly string[], ids: readonly string[]): Fault[] {
  const isChosen = (fault: Fault): boolean =>
    packages.includes(fault.package) || ids.includes(fault.id);
  const isAll = packages.length === 0 && ids.length === 0;
  const chosen = ALL_FAULTS.filter((fault) => isAll || isChosen(fault));
  for (const name of [...packages, ...ids]) {
    const isKnown = chosen.some((fault) => fault.package === name || fault.id === name);
    if (!isKnown) throw new Error(`no fault is called ${name}\n${USAGE}`);
  }
  return chosen;
}

/** Tells of every fault that does not fit, before the first minute is spent. */
async function expectAllFit(faults: readonly Fault[]): Promise<void> {
  const problems: string[] = [];
  for (const fault of faults) {
    try {
      withFault(await readFile(join(REPO, pathOf(fault)), "utf8"), fault);
    } catch (error) {
      if (!(error instanceof FaultMovedError)) throw error;
      problems.push(error.message);
    }
  }
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

async function reachFor(
  faults: readonly Fault[],
  kept: string | undefined,
): Promise<Reach | undefined> {
  const placed = faults.filter(({ at }) => at !== undefined);
  if (placed.length < SURVEYED_FROM && kept === undefined) return undefined;
  const suites = new Map(placed.flatMap(suitesOf).map((suite) => [nameOf(suite), suite]));
  return surveyReach(REPO, MUTATED, [...suites.values()], kept);
}

async function judgeAll(
  faults: readonly Fault[],
  kept: string | undefined,
  print: (line: string) => void,
): Promise<readonly Judged[]> {
  const width = Math.max(...faults.map(({ id }) => id.length));
  const reach = await reachFor(faults, kept);
  const workspace = await copyWorkspace(REPO);
  const tests = new Tests(workspace.root);
  try {
    const judge = new Judge(workspace, tests, suitesOf, reach);
    const told = (one: Judged): Judged => {
      print(lineOf(one, width));
      return one;
    };
    const judged: Judged[] = [];
    for (const fault of faults) judged.push(told({ fault, verdict: await judge.judge(fault) }));
    for (const [index, { fault, verdict }] of judged.entries()) {
      if (verdict.kind !== "open") continue;
      judged[index] = told({ fault, verdict: await judge.judgeOpen(fault) });
    }
    return judged;
  } finally {
    tests.close();
    await workspace.remove();
  }
}

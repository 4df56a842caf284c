/**
 * Mutation test: makes faults on purpose, one at a time, and sees whether a test notices.
 *
 *    pnpm mutation [--package NAME]... [--only ID]... [--json]
 *
 * Takes minutes and uses one core. Exits 1 when a fault survives that nobody has accepted, or too
 * many do; 2 when it cannot run at all: a fault does not fit its source any more, or the tests fail
 * without one.
 */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Fault, FaultMovedError, pathOf, withFault } from "./fault.ts";
import { ALL_FAULTS } from "./faults/all.ts";
import { Judge } from "./judge.ts";
import { isGood, type Judged, jsonText, lineOf, summaryText } from "./report.ts";
import { suitesOf } from "./suites.ts";
import { copyWorkspace } from "./workspace.ts";

const REPO = resolve(import.meta.dirname, "../../..");
const USAGE = "usage: pnpm mutation [--package NAME]... [--only ID]... [--json]";

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
      json: { type: "boolean", default: false },
    },
  });
  const faults = chooseFaults(values.package ?? [], values.only ?? []);
  await expectAllFit(faults);
  const judged = await judgeAll(faults, (line) => {
    if (values.json) console.error(line);
    else console.log(line);
  });
  console.log(values.json ? jsonText(judged) : `\n${summaryText(judged)}`);
  return isGood(judged) ? 0 : 1;
}

/** All faults, or those of the packages and with the ids that are asked for. */
function chooseFaults(packages: readonly string[], ids: readonly string[]): Fault[] {
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

async function judgeAll(
  faults: readonly Fault[],
  print: (line: string) => void,
): Promise<readonly Judged[]> {
  const width = Math.max(...faults.map(({ id }) => id.length));
  const workspace = await copyWorkspace(REPO);
  try {
    const judge = new Judge(workspace, suitesOf);
    const judged: Judged[] = [];
    for (const fault of faults) {
      const one = { fault, verdict: await judge.judge(fault) };
      judged.push(one);
      print(lineOf(one, width));
    }
    return judged;
  } finally {
    await workspace.remove();
  }
}

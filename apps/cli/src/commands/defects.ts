/**
 * `forkpath defects`: the known defects of the kernel that is modelled, and runs that show them.
 */

import type { KernelName } from "@forkpath/abi";
import { type Defect, listDefects } from "@forkpath/scenario";
import type { Command } from "commander";
import { defectLines, listLines, notModelledLines } from "../defects/defect-text.ts";
import { fateLines, fateRows } from "../defects/fates-text.ts";
import { findDefect } from "../defects/find-defects.ts";
import { type DefectRun, isAsTold, runDefect } from "../defects/run-defect.ts";
import type { Finish } from "../exit-code.ts";
import { resultJson } from "../scenario/result-json.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { type KernelChoice, kernelOption } from "./kernel-option.ts";

interface DefectsOptions extends KernelChoice {
  readonly json?: boolean;
}

const HELP = `
The kernel that is modelled has defects, and the model has them too. A scenario shows each that can
be seen, with what to look at; where a configuration of the machine mends it, the mended run stands
beside it. Exit code 1 means that a defect was not seen as told.

Examples:
  $ forkpath defects             list all
  $ forkpath defects D1          show one
  $ forkpath defects d03b        show one of its scenarios
  $ forkpath defects --kernel v6.18
  $ forkpath defects --json      for a program`;

/** Adds the command to `program`; `finish` hears whether every defect was seen as told. */
export function addDefects(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command("defects")
    .summary("list or show the defects of the kernel that is modelled")
    .description("Lists the known defects of the kernel, or runs the scenarios that show one.")
    .argument("[NAME]", "a defect, such as D3, or one of its scenarios, such as d03b")
    .addOption(kernelOption("without a name: what has become of each on this release"))
    .option("--json", "write JSON in place of text")
    .addHelpText("after", HELP)
    .action(async (name: string | undefined, { json = false, kernel }: DefectsOptions) => {
      if (kernel !== undefined && name !== undefined) {
        throw new UsageError("--kernel tells of all defects: leave the name out");
      }
      if (kernel !== undefined) await tellFates(kernel, terminal, json);
      else if (name === undefined) tellAll(terminal, json);
      else finish(await tellOne(name, terminal, json));
    });
}

function tellAll({ out, colors }: Terminal, isJson: boolean): void {
  const defects = listDefects();
  out(isJson ? JSON.stringify(defects, null, 2) : listLines(defects, colors).join("\n"));
}

async function tellFates(
  kernel: KernelName,
  { out, colors }: Terminal,
  isJson: boolean,
): Promise<void> {
  const rows = await fateRows(kernel);
  out(isJson ? JSON.stringify(rows, null, 2) : fateLines(rows, kernel, colors).join("\n"));
}

/** @returns whether it was seen as told; nothing was told of one that is not modelled */
async function tellOne(name: string, terminal: Terminal, isJson: boolean): Promise<boolean> {
  const { defect, files } = findDefect(name);
  const runs: DefectRun[] = [];
  for (const file of files) runs.push(await runDefect(file));
  terminal.out(
    isJson ? JSON.stringify(defectJson(defect, runs), null, 2) : describe(defect, runs, terminal),
  );
  return runs.every(isAsTold);
}

function describe(defect: Defect, runs: readonly DefectRun[], { colors }: Terminal): string {
  if (runs.length === 0) return notModelledLines(defect, colors).join("\n");
  return runs.map((run) => defectLines(run, colors).join("\n")).join("\n\n\n");
}

const defectJson = (defect: Defect, runs: readonly DefectRun[]): object => ({
  ...defect,
  scenarios: runs.map(({ scenario, result, cured }) => ({
    about: scenario.about.trim(),
    see: scenario.see.trim(),
    ...resultJson(result),
    cured: cured === null ? null : resultJson(cured),
  })),
});

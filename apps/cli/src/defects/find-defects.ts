/** The scenarios that show a defect of the kernel, by the names that people give them. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { type Defect, listDefects, parseScenario, type Scenario } from "@forkpath/scenario";
import { UsageError } from "../usage-error.ts";

/** A defect, and which of its scenarios are meant. */
export interface ChosenDefect {
  readonly defect: Defect;
  readonly files: readonly string[];
}

/** `D3`, `d03`: the whole; `d3b`, `d03b.yaml`: one of its scenarios. */
const NAME = /^d?0*(?<number>[1-9][0-9]*)(?<part>[a-z]?)(\.yaml)?$/i;

/** @throws UsageError for what is the name of none */
export function findDefect(name: string): ChosenDefect {
  const { number = "", part = "" } = NAME.exec(name)?.groups ?? {};
  const defect = listDefects().find(({ id }) => id === `D${number}`);
  const files = defect?.scenarios.filter((file) => file.endsWith(`${part.toLowerCase()}.yaml`));
  if (defect === undefined || files === undefined || (part !== "" && files.length === 0)) {
    throw new UsageError(`no defect has the name ${name}: forkpath defects lists them`);
  }
  return { defect, files };
}

/** Reads a scenario that comes with `@forkpath/scenario`. */
export async function readDefectScenario(file: string): Promise<Scenario> {
  const { resolve } = createRequire(import.meta.url);
  return parseScenario(await readFile(resolve(`@forkpath/scenario/defects/${file}`), "utf8"), file);
}

/** The scenarios in the `examples` of the repository, by kind and name. */
import { readdirSync, readFileSync } from "node:fs";
import type { ExampleKind } from "../src/examples/list.ts";
import { parseScenario } from "../src/index.ts";

const FOLDERS: Readonly<Record<ExampleKind, URL>> = {
  history: new URL("../../../examples/", import.meta.url),
  litmus: new URL("../../../examples/litmus/", import.meta.url),
};
const EXTENSION = ".yaml";

type ByName = Record<string, string>;

/** What the two files of `src/examples` hold, by their names. */
export interface Gathered {
  readonly titles: Readonly<Record<ExampleKind, ByName>>;
  readonly texts: Readonly<Record<ExampleKind, ByName>>;
}

export function gatherExamples(): Gathered {
  const gathered = { titles: { history: {}, litmus: {} }, texts: { history: {}, litmus: {} } };
  for (const kind of ["history", "litmus"] as const) {
    const titles: ByName = gathered.titles[kind];
    const texts: ByName = gathered.texts[kind];
    for (const file of readdirSync(FOLDERS[kind]).sort()) {
      if (!file.endsWith(EXTENSION)) continue;
      const name = file.slice(0, -EXTENSION.length);
      texts[name] = readFileSync(new URL(file, FOLDERS[kind]), "utf8");
      titles[name] = parseScenario(texts[name], file).title;
    }
  }
  return gathered;
}

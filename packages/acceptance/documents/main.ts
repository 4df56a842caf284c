/** Writes the generated documents anew: `pnpm document`. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { REPO } from "@forkpath/config/published";
import { listDefects } from "@forkpath/scenario";
import { apiFiles } from "./api/folder.ts";
import { defectsPage } from "./defects.ts";
import { LANGUAGE, readExamples } from "./scenarios/examples.ts";
import { scenariosPage } from "./scenarios/page.ts";

const DOCS = join(REPO, "docs");
const read = (path: string): string => readFileSync(`${DOCS}/${path}`, "utf8");

writeFileSync(
  `${DOCS}/defects.md`,
  defectsPage(listDefects(), {
    el6: read("spec/11-defects.md"),
    linux6: read("spec-linux6/08-ledger.md"),
  }),
);

writeFileSync(
  `${DOCS}/scenarios.md`,
  scenariosPage(readFileSync(`${LANGUAGE}/page.txt`, "utf8"), readExamples()),
);

rmSync(`${DOCS}/api`, { recursive: true, force: true });
mkdirSync(`${DOCS}/api`);
for (const [file, text] of apiFiles()) writeFileSync(`${DOCS}/api/${file}`, text);

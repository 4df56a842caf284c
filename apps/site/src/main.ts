/**
 * `pnpm site`: the documents, the reference and the playground as one static folder,
 * apps/site/dist.
 *
 * Ends with code 1 when a link or an anchor of what it built leads nowhere.
 */
import { cpSync, existsSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { publishedLibraries } from "@forkpath/config/published";
import { build } from "vitepress";
import { checkFolder } from "./check.ts";
import { gatherPages, listDocuments } from "./pages.ts";
import { OUTPUT, PLAYGROUND, SITE } from "./places.ts";
import { writeReference } from "./reference.ts";

const documents = listDocuments();
const libraries = publishedLibraries();
gatherPages(documents);
await writeReference(libraries);
rmSync(OUTPUT, { recursive: true, force: true });
await build(SITE);
const hasPlayground = existsSync(PLAYGROUND);
if (hasPlayground) cpSync(PLAYGROUND, join(OUTPUT, "playground"), { recursive: true });
const problems = checkFolder(OUTPUT, process.env.FORKPATH_SITE_BASE);
for (const problem of problems) console.error(problem);
const playground = hasPlayground
  ? "with the playground"
  : "without the playground: it is not built";
console.log(
  `${relative(process.cwd(), OUTPUT) || "."}: ${documents.length} documents, ${libraries.length} libraries, ${playground}`,
);
if (problems.length > 0) process.exitCode = 1;

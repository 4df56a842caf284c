/**
 * `pnpm site`: the documents and the playground as one static folder, apps/site/dist.
 *
 * Ends with code 1 when a link or an anchor of what it built leads nowhere.
 */
import { cpSync, existsSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { build } from "vitepress";
import { checkFolder } from "./check.ts";
import { gatherPages, listDocuments } from "./pages.ts";
import { OUTPUT, PLAYGROUND, SITE } from "./places.ts";

const documents = listDocuments();
gatherPages(documents);
rmSync(OUTPUT, { recursive: true, force: true });
await build(SITE);
const hasPlayground = existsSync(PLAYGROUND);
if (hasPlayground) cpSync(PLAYGROUND, join(OUTPUT, "playground"), { recursive: true });
const problems = checkFolder(OUTPUT, process.env.FORKPATH_SITE_BASE);
for (const problem of problems) console.error(problem);
const playground = hasPlayground
  ? "with the playground"
  : "without the playground: it is not built";
console.log(`${relative(process.cwd(), OUTPUT) || "."}: ${documents.length} pages, ${playground}`);
if (problems.length > 0) process.exitCode = 1;

/** Where the site is made: what it reads, where it gathers its pages, where it puts them. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const SITE: string = dirname(dirname(fileURLToPath(import.meta.url)));
export const ROOT: string = dirname(dirname(SITE));
/** The documents under the names that the site gives them; made anew by each build. */
export const GATHERED: string = join(SITE, ".gathered");
export const OUTPUT: string = join(SITE, "dist");
export const PLAYGROUND: string = join(ROOT, "apps/playground/dist");

/** The page of the repository, as the command's package.json names it. */
export const repositoryPage = (): string => {
  const manifest = JSON.parse(readFileSync(join(ROOT, "apps/cli/package.json"), "utf8")) as {
    repository: { url: string };
  };
  return manifest.repository.url.replace(/^git\+/, "").replace(/\.git$/, "");
};

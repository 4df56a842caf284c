/** `docs/api`: one report for each library. */
import { publishedPackages } from "@forkpath/config/published";
import { reportApi } from "./report.ts";

/** The files of the folder and what each has to say. */
export function apiFiles(): ReadonlyMap<string, string> {
  const libraries = publishedPackages().filter(({ isLibrary }) => isLibrary);
  return new Map(
    libraries.map((one) => [`${one.dir.replace("packages/", "")}.api.md`, reportApi(one)]),
  );
}
